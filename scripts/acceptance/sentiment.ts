/** Item 18: scoring of texts on the half of the labelled sets that nobody tunes on. */
import { isTextPresent, TEXT_FOLDER } from '../sentiment/labelled-texts.ts';
import {
  type Accuracy,
  accuracyRows,
  measureAccuracy,
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
  const all = measureAccuracy({ half: 'report', folder: TEXT_FOLDER });
  console.log(table(accuracyRows(all)));
  for (const [name, rows] of Map.groupBy(all, ({ set }) => set.name)) {
    const gain = gainOf(rows);
    const seenText = `${gain >= 0 ? '+' : ''}${gain.toFixed(3)} macro-F1 over the better one`;
    if (name.startsWith('crypto'))
      seen.check(`${name}: at least +${GAIN_MIN}`, gain >= GAIN_MIN, seenText);
    else seen.note(name, seenText);
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

function gainOf(rows: readonly Accuracy[]): number {
  const ours = rows.find(({ system }) => system === OURS)?.figures.macroF1 ?? 0;
  const others = rows.filter(({ system }) => system !== OURS).map(({ figures }) => figures.macroF1);
  return ours - Math.max(...others);
}
