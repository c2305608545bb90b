/** A whole desk under test with the truth of its practice exchange beside it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk, DeskOptions } from '../../tests/support/desk.ts';
import { startDesk } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { compareCoverage, type Coverage } from './coverage.ts';
import { historyFacts } from './history-facts.ts';
import { practicePairs, type PracticeTruth, practiceTruth } from './practice-truth.ts';

export interface DeskRun {
  readonly desk: Desk;
  readonly truth: PracticeTruth;
  readonly pairs: readonly string[];
  /** Moment from which every closed candle must have a decision. */
  readonly fromMs: number;
  readonly readyMs: number;
}

/** A close younger than this may still be on its way through worker and gateway. */
const SETTLE_MS = 4_000;

/**
 * Starts a desk and waits for its first decision of every pair. Candles count from then on, or from
 * `fromMs` when the folder has a past.
 */
export async function startRun(options: DeskOptions, fromMs?: number): Promise<DeskRun> {
  const startedMs = Date.now();
  const desk = await startDesk(options);
  try {
    await desk.untilReady();
    return await readyRun(desk, startedMs, fromMs);
  } catch (error) {
    await desk[Symbol.asyncDispose]();
    throw error;
  }
}

async function readyRun(
  desk: Desk,
  startedMs: number,
  givenMs: number | undefined,
): Promise<DeskRun> {
  const readyMs = Date.now() - startedMs;
  const port = readFileSync(join(desk.dataDir, 'run', 'practice.port'), 'utf8').trim();
  const url = `http://127.0.0.1:${port}`;
  const pairs = await practicePairs(url);
  await untilDecided(desk, pairs.size, startedMs);
  const fromMs = givenMs ?? firstComplete(desk);
  const truth = practiceTruth({ url, pairs, fromMs });
  return { desk, truth, pairs: [...pairs.keys()], fromMs, readyMs };
}

/** The first close of the pair that was last to have one: what closed before may be history. */
function firstComplete(desk: Desk): number {
  using history = historyFacts(desk.dataDir);
  const firsts = new Map<string, number>();
  for (const { pair, closeMs } of history.decisions(0)) {
    firsts.set(pair, Math.min(closeMs, firsts.get(pair) ?? closeMs));
  }
  return Math.max(...firsts.values());
}

async function untilDecided(desk: Desk, pairs: number, sinceMs: number): Promise<void> {
  await eventually(
    () => {
      using history = historyFacts(desk.dataDir);
      return history.livePairs(sinceMs - 5_000).size >= pairs;
    },
    { withinMs: 90_000, what: 'a decision of every pair is recorded' },
  );
}

/** Compares now, after letting the last closes arrive. */
export async function coverageOf(run: DeskRun, toMs: number = Date.now()): Promise<Coverage> {
  await run.truth.collect(toMs);
  await sleep(Math.max(0, toMs + SETTLE_MS - Date.now()));
  using history = historyFacts(run.desk.dataDir);
  const span = { fromMs: run.fromMs, toMs };
  return compareCoverage(run.truth.closes, history.decisions(run.fromMs), span);
}

/** A halt is told as an error because a person should know; it is a limit that works, not a failure. */
const HALT = '"message":"entries are halted"';

export function errorLines(desk: Desk): readonly string[] {
  return ['coordinator', 'practice', 'execution', 'data', 'trading-worker', 'gateway', 'redis']
    .flatMap((agent) => readLog(join(desk.logDir, `${agent}.log`)))
    .filter((line) => /"level":("error"|"fatal"|50|60)/.test(line) && !line.includes(HALT));
}

function readLog(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    // Redis writes none unless it has something to say.
    return [];
  }
}
