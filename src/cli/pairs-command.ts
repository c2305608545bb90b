/** `pairs`, `pairs history` and `pairs test`: what the selector keeps on disk, also with the desk down. */
import { parseArgs } from 'node:util';
import { changesPath, readChanges, type UniverseChange } from '#universe/change-log.ts';
import { readUniverse, universePath } from '#universe/universe-file.ts';
import type { ChainStep, Universe } from '#core/model/universe.ts';
import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import { table } from './status/table.ts';
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
  if (rest.length > 0) throw new UsageError(EXPECTED);
  if (values.limit !== undefined && verb !== 'history') {
    throw new UsageError('--limit goes with "pairs history"');
  }
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
          : chainLines(config.pair_selector.chain, wantedPairs(config)).join('\n'),
      );
      return EXIT.asked;
    default:
      throw new UsageError(EXPECTED);
  }
}

const EXPECTED = 'expected "pairs", "pairs history" or "pairs test"';

function show(dataDir: string, isJson: boolean): number {
  const read = readUniverse(universePath(dataDir));
  if (read.kind !== 'kept') {
    const why =
      read.kind === 'none'
        ? `no pair was selected yet on ${dataDir}; a desk that runs does so in its first minute`
        : `${universePath(dataDir)} is damaged: ${read.reason}`;
    console.log(isJson ? 'null' : why);
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
  const changes = readChanges(changesPath(dataDir)).slice(-limit);
  if (isJson) for (const change of changes) console.log(JSON.stringify(change));
  else console.log(historyLines(changes).join('\n'));
  return EXIT.asked;
}

export function historyLines(changes: readonly UniverseChange[]): readonly string[] {
  if (changes.length === 0) return ['no pair has come or gone yet'];
  const rows = changes.map(({ atMs, version, pair, from, to, why }) => [
    timeOf(atMs),
    String(version),
    pair,
    `${from} > ${to}`,
    why,
  ]);
  return table([['time', 'universe', 'pair', 'change', 'why'], ...rows], [1]);
}

/** The chain as it is set, a step a line with its parameters; `pairs`: what `static` without any gives. */
export function chainLines(
  chain: readonly Readonly<Record<string, unknown>>[],
  pairs: readonly string[] | 'all',
): readonly string[] {
  const ofSection = pairs === 'all' ? 'all that the venue has' : pairs.join(', ');
  const rows = chain.map(({ name, ...parameters }, i) => {
    const given = Object.entries(parameters).map(([key, value]) =>
      name === 'static' && key === 'pairs' && value === null
        ? `pairs as in the section of that name: ${ofSection}`
        : `${key} ${value === null ? 'none' : JSON.stringify(value)}`,
    );
    return [String(i + 1), String(name), given.join(', ')];
  });
  return table([['', 'step', 'parameters'], ...rows], [0]);
}

export function universeLines(universe: Universe): readonly string[] {
  const { atMs, version, chain, pairs } = universe;
  const rows = pairs.map(({ pair, standing, sinceMs, why }) => [
    pair,
    standing,
    timeOf(sinceMs),
    why,
  ]);
  return [
    `universe ${version} of ${timeOf(atMs)}`,
    '',
    ...table([['step', 'in', 'out', 'removed'], ...chain.map(stepRow)], [1, 2]),
    '',
    ...table([['pair', 'standing', 'since', 'why'], ...rows], []),
  ];
}

function stepRow(step: ChainStep): string[] {
  const shown = step.removed.slice(0, REMOVED_SHOWN).map(({ pair, why }) => `${pair} (${why})`);
  const left = step.in - step.out - shown.length;
  const removed = [...shown, ...(left > 0 ? [`${left} more`] : [])].join(', ');
  return [step.step, String(step.in), String(step.out), removed];
}

function waitingLines(
  waiting: readonly { readonly pair: string; readonly runs: number }[],
): readonly string[] {
  if (waiting.length === 0) return [];
  const names = waiting.map(({ pair, runs }) => `${pair} (${runs})`);
  return ['', `on their way in, with the runs that wanted them: ${names.join(', ')}`];
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
