import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { table } from './acceptance/findings.ts';
import {
  accuracyRows,
  gainText,
  measureAccuracy,
  measureGains,
  measureSpeed,
} from './sentiment/measure.ts';
import { scriptFlags } from './script-flags.ts';
import { isTextPresent, TEXT_FOLDER } from './sentiment/labelled-texts.ts';

const USAGE = `How well texts are scored, beside two untouched general lexicons, on texts that people labelled:
  node scripts/sentiment-accuracy.ts                the half that nobody tunes on
  node scripts/sentiment-accuracy.ts --tune         the other one
  node scripts/sentiment-accuracy.ts --folder DIR   the texts lie somewhere else`;

const values = scriptFlags({
  usage: USAGE,
  options: { tune: { type: 'boolean' }, folder: { type: 'string' } },
  schema: z.object({ tune: z.boolean().default(false), folder: z.string().optional() }),
});

const folder = values.folder === undefined ? TEXT_FOLDER : pathToFileURL(`${values.folder}/`);
const half = values.tune ? 'tune' : 'report';

if (isTextPresent(folder)) {
  console.log(`the ${half} half; where people gave no neutral, a neutral answer is wrong\n`);
  console.log(table(accuracyRows(measureAccuracy({ half, folder }))));
  console.log();
  for (const { set, ...gain } of measureGains({ half, folder }))
    console.log(`  ${set}: ${gainText(gain)}`);
  console.log();
  for (const { name, textsPerSecond } of measureSpeed(folder)) {
    console.log(`  ${name}: ${Math.round(textsPerSecond)} texts/s`);
  }
} else {
  console.error(`the labelled texts are absent: looked in ${folder.pathname}`);
  process.exitCode = 1;
}
