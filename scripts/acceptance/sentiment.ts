/** Item 18: scoring of texts on the half of the labelled sets that nobody tunes on. */
import { isTextPresent, TEXT_FOLDER } from '../sentiment/labelled-texts.ts';
import {
  accuracyRows,
  gainText,
  measureAccuracy,
  measureGains,
  measureSpeed,
} from '../sentiment/measure.ts';
import { findings, table } from './findings.ts';
import type { RunItem } from './item.ts';

const GAIN_MIN = 0.1;
const TEXTS_PER_SECOND_MIN = 20_000;
const OURS = 'nightdesk';

export const run: RunItem = () => {
  const seen = findings('scoring of texts, on the half that nobody tunes on');
  if (!isTextPresent(TEXT_FOLDER)) {
    seen.check('labelled texts are there', false, 'expected ../shared/data/text');
    return Promise.resolve(seen.print());
  }
  console.log(table(accuracyRows(measureAccuracy({ half: 'report', folder: TEXT_FOLDER }))));
  for (const { set, ...gain } of measureGains({ half: 'report', folder: TEXT_FOLDER })) {
    const isCrypto = set.startsWith('crypto');
    if (isCrypto) seen.check(`${set}: +${GAIN_MIN}`, gain.gain >= GAIN_MIN, gainText(gain));
    else seen.note(set, gainText(gain));
  }
  for (const { name, textsPerSecond } of measureSpeed(TEXT_FOLDER)) {
    const text = `${Math.round(textsPerSecond)} texts/s`;
    if (name === OURS)
      seen.check(
        `at least ${TEXTS_PER_SECOND_MIN} texts/s`,
        textsPerSecond >= TEXTS_PER_SECOND_MIN,
        text,
      );
    else seen.note(name, text);
  }
  return Promise.resolve(seen.print());
};
