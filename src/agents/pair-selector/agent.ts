/**
 * The selector's shell. A run that fails or finds nothing changes nothing: the last universe stays
 * in force, whatever becomes of the market's data, of Redis or of a list from outside.
 */
import { createHash } from 'node:crypto';
import type { ChainStep, Universe } from '#core/model/universe.ts';
import { followHeld, stepSelection, takeOut, type Run } from '#core/pairs/selection.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, errorText } from '#platform/errors.ts';
import type { CheckResult } from '#platform/lifecycle/agent-context.ts';
import type { Random } from '#platform/random.ts';
import type { PairSelectorConfig } from './config.ts';
import type { DeskLook } from './desk-look.ts';
import { createRetry, type Retry } from './retry.ts';
import { runChain, type ChainPorts, type ChainRun } from './run-chain.ts';
import { createUniverseDesk, type UniverseDesk, type UniversePorts } from './universe-desk.ts';

export interface SelectorPorts extends UniversePorts {
  readonly config: PairSelectorConfig;
  /** What the list hangs on besides the chain: the section `pairs`, the venue, the quote asset. */
  readonly about: readonly unknown[];
  readonly chain: ChainPorts;
  readonly desk: DeskLook;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly random: Random;
  /** Aborted when the agent drains. */
  readonly signal: AbortSignal;
}

export interface PairSelector {
  /** One run of the chain; what went wrong is in the check. */
  refresh(): Promise<void>;
  /** Runs the chain again if the last run failed and its pause is over. */
  retry(): Promise<void>;
  /** Between runs: brings in what is held, lets go what no longer is, publishes what is not. */
  follow(): Promise<void>;
  publish(): Promise<void>;
  check(): CheckResult;
  current(): Universe | undefined;
}

export function createPairSelector(ports: SelectorPorts): PairSelector {
  const { desk, clock, log, metrics, signal } = ports;
  const universe = createUniverseDesk(ports);
  const retry = createRetry(ports);
  const parts = { ports, universe, retry, wish: wishOf(ports) };
  let isRunning = false;

  async function refresh(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    const startMs = clock.monotonic();
    try {
      await run(parts, startMs);
    } catch (error) {
      // Its loads are given up when the agent ends: nothing failed.
      if (signal.aborted) return;
      notDone(parts, `the last run failed: ${errorText(error)}`, error);
      metrics.ran('failed', clock.monotonic() - startMs);
      const details = error instanceof DeskError ? error.details : {};
      log.warn({ ...details, cause: errorText(error) }, 'run of the chain failed');
    } finally {
      metrics.failures(retry.failures());
      isRunning = false;
    }
  }

  async function follow(): Promise<void> {
    const held = await desk.held();
    const current = universe.current();
    if (current !== undefined && held !== undefined) {
      const atMs = clock.now();
      const step = followHeld(universe.selection(), held, atMs);
      const { chain } = current;
      if (step.changes.length > 0)
        await universe.put(step, { atMs, chain, wish: universe.wish() ?? parts.wish });
    }
    if (!universe.isPublished()) await universe.publish();
  }

  return {
    refresh,
    retry: async () => {
      if (!retry.isDue() || isRunning) return;
      metrics.retried();
      await refresh();
    },
    follow,
    publish: () => universe.publish(),
    current: () => universe.current(),
    check: () => checkOf(retry.problem(), universe.current()),
  };
}

interface Parts {
  readonly ports: SelectorPorts;
  readonly universe: UniverseDesk;
  readonly retry: Retry;
  readonly wish: string;
}

async function run(parts: Parts, startMs: number): Promise<void> {
  const { ports, universe, wish } = parts;
  const { config, desk, clock, metrics } = ports;
  const trading = universe.selection().members.filter(({ standing }) => standing === 'trade');
  const found = await runChain(config.chain, ports.chain, {
    held: (await desk.held()) ?? new Set(),
    chosen: new Set(trading.map(({ pair }) => pair)),
  });
  const tookMs = clock.monotonic() - startMs;
  // Once more: what was bought while the chain looked at the market keeps its data.
  const held = await desk.held();
  const seen: Run = {
    atMs: clock.now(),
    wanted: found.pairs,
    removed: found.removed,
    held,
    isNewWish: universe.wish() !== wish,
    everyMs: config.refresh_seconds * 1_000,
  };
  const isKept = found.pairs.length === 0 && !config.allow_empty;
  metrics.ran(isKept ? 'kept' : 'done', tookMs);
  if (isKept) return foundNone(parts, found, seen);
  const step = stepSelection(universe.selection(), seen, config.hysteresis);
  await universe.put(step, { atMs: seen.atMs, chain: found.steps, wish });
  metrics.gave(seen.atMs);
  parts.retry.done();
}

async function foundNone(parts: Parts, found: ChainRun, seen: Run): Promise<void> {
  const { ports, universe, wish } = parts;
  const { steps: chain } = found;
  ports.log.warn({ chain: summary(chain) }, 'chain found no pair, the last universe stays');
  notDone(parts, `the chain found no pair after ${emptiedBy(chain)}`, undefined);
  // What the operator bans is not bought, whatever else the chain says.
  const removed = new Map([...found.removed].filter(([, { isBanned }]) => isBanned));
  const step = takeOut(universe.selection(), { ...seen, removed }, ports.config.hysteresis);
  if (step.changes.length === 0) return;
  await universe.put(step, { atMs: seen.atMs, chain, wish: universe.wish() ?? wish });
}

function notDone({ retry, universe }: Parts, why: string, error: unknown): void {
  retry.failed(why, error, universe.current() !== undefined);
}

function checkOf(problem: string | undefined, now: Universe | undefined): CheckResult {
  if (problem !== undefined) return { isOk: false, detail: problem };
  if (now === undefined) return { isOk: false, detail: 'no run of the chain yet' };
  return { isOk: true, detail: `${now.pairs.length} pairs, version ${now.version}` };
}

/** What the operator asks for: when it changes, nothing is waited for. */
function wishOf({ config, about }: SelectorPorts): string {
  const text = JSON.stringify([config.chain, ...about]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function summary(steps: readonly ChainStep[]): readonly string[] {
  return steps.map(({ step, in: before, out }) => `${step} ${before} > ${out}`);
}

function emptiedBy(steps: readonly ChainStep[]): string {
  return steps.find(({ out }) => out === 0)?.step ?? 'no step';
}
