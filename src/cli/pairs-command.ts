/** `pairs`, `pairs history` and `pairs test`: what the selector keeps on disk, also with the desk down. */
import { parseArgs } from 'node:util';
import { changesPath, readChanges, type UniverseChange } from '#universe/change-log.ts';
import { readUniverse, universePath } from '#universe/universe-file.ts';
import type { ChainStep, Universe } from '#core/model/universe.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import { UsageError } from './usage-error.ts';

const SHOWN = 50;
const SHOWN_MAX = 10_000;
const REMOVED_SHOWN = 3;

export function pairsCommand(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...DESK_OPTIONS,
      json: { type: 'boolean', default: false },
      limit: { type: 'string' },
    },
  });
  const [verb = 'show', ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('expected "pairs", "pairs history" or "pairs test"');
  const { dataDir, config } = deskOf(values, env);
  switch (verb) {
    case 'show':
      return show(dataDir, values.json);
    case 'history':
      return history(dataDir, { isJson: values.json, limit: limitOf(values.limit) });
    case 'test':
      console.log(
        values.json
          ? JSON.stringify(config.pair_selector)
          : chainLines(config.pair_selector.chain).join('\n'),
      );
      return EXIT.asked;
    default:
      throw new UsageError('expected "pairs", "pairs history" or "pairs test"');
  }
}

function show(dataDir: string, isJson: boolean): number {
  const read = readUniverse(universePath(dataDir));
  if (read.kind !== 'kept') {
    const why = read.kind === 'none' ? 'no pair was selected yet' : `damaged: ${read.reason}`;
    console.log(isJson ? 'null' : `${universePath(dataDir)}: ${why}`);
    return EXIT.failed;
  }
  const { universe, selection } = read.kept;
  console.log(
    isJson
      ? JSON.stringify(universe)
      : [...universeLines(universe), ...waitingLines(selection.waiting)].join('\n'),
  );
  return EXIT.asked;
}

function history(dataDir: string, { isJson, limit }: { isJson: boolean; limit: number }): number {
  for (const change of readChanges(changesPath(dataDir)).slice(-limit)) {
    console.log(isJson ? JSON.stringify(change) : changeLine(change));
  }
  return EXIT.asked;
}

/** The chain as it is set, a step a line with its parameters. */
export function chainLines(chain: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return chain.map(({ name, ...parameters }, i) => {
    const given = Object.entries(parameters).map(
      ([key, value]) => `${key} ${JSON.stringify(value)}`,
    );
    return `${String(i + 1).padStart(2)}  ${String(name).padEnd(16)}  ${given.join(', ')}`.trimEnd();
  });
}

export function universeLines(universe: Universe): readonly string[] {
  const { atMs, version, chain, pairs } = universe;
  return [
    `universe ${version} of ${timeOf(atMs)}`,
    '',
    `${'step'.padEnd(16)}  ${'in'.padStart(5)}  ${'out'.padStart(5)}  removed`,
    ...chain.map(stepLine),
    '',
    `${'pair'.padEnd(14)}  ${'standing'.padEnd(9)}  ${'since'.padEnd(20)}  why`,
    ...pairs.map(({ pair, standing, sinceMs, why }) =>
      [pair.padEnd(14), standing.padEnd(9), timeOf(sinceMs), why].join('  '),
    ),
  ];
}

function stepLine(step: ChainStep): string {
  const shown = step.removed.slice(0, REMOVED_SHOWN).map(({ pair, why }) => `${pair} (${why})`);
  const left = step.in - step.out - shown.length;
  const removed = [...shown, ...(left > 0 ? [`${left} more`] : [])].join(', ');
  const counts = [step.in, step.out].map((count) => String(count).padStart(5));
  return [step.step.padEnd(16), ...counts, removed].join('  ').trimEnd();
}

function waitingLines(
  waiting: readonly { readonly pair: string; readonly runs: number }[],
): readonly string[] {
  if (waiting.length === 0) return [];
  const names = waiting.map(({ pair, runs }) => `${pair} (${runs})`);
  return ['', `on their way in, with the runs that wanted them: ${names.join(', ')}`];
}

export function changeLine({ atMs, version, pair, from, to, why }: UniverseChange): string {
  return `${timeOf(atMs)}  ${String(version).padStart(5)}  ${pair.padEnd(14)}  ${`${from} > ${to}`.padEnd(18)}  ${why}`;
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return SHOWN;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0 && limit <= SHOWN_MAX) return limit;
  throw new UsageError(`--limit expects a number from 1 to ${SHOWN_MAX}`);
}
