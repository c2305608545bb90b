/**
 * The selector's shell. A run that fails or finds nothing changes nothing: the last universe stays
 * in force, whatever becomes of the market's data, of Redis or of a list from outside.
 */
import { createHash } from 'node:crypto';
import type { ChainStep, Universe } from '#core/model/universe.ts';
import { followHeld, stepSelection } from '#core/pairs/selection.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, errorText } from '#platform/errors.ts';
import type { CheckResult } from '#platform/lifecycle/agent-context.ts';
import type { PairSelectorConfig } from './config.ts';
import type { DeskLook } from './desk-look.ts';
import { runChain, type ChainPorts } from './run-chain.ts';
import { createUniverseDesk, type UniversePorts } from './universe-desk.ts';

export interface SelectorPorts extends UniversePorts {
  readonly config: PairSelectorConfig;
  /** The section `pairs`: another list is another wish. */
  readonly listed: readonly string[];
  readonly chain: ChainPorts;
  readonly desk: DeskLook;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

export interface PairSelector {
  /** One run of the chain; what went wrong is in the check. */
  refresh(): Promise<void>;
  /** Between runs: brings in what is held, lets go what no longer is, publishes what is not. */
  follow(): Promise<void>;
  publish(): Promise<void>;
  check(): CheckResult;
  current(): Universe | undefined;
}

export function createPairSelector(ports: SelectorPorts): PairSelector {
  const { config, desk, clock, log, metrics } = ports;
  const wish = wishOf(config, ports.listed);
  const universe = createUniverseDesk(ports);
  let problem: string | undefined;
  let isRunning = false;

  /** Undefined when all is well, else what is wrong with the run. */
  async function run(startMs: number): Promise<string | undefined> {
    const held = await desk.held();
    const trading = universe.selection().members.filter(({ standing }) => standing === 'trade');
    const found = await runChain(config.chain, ports.chain, {
      held: held ?? new Set(),
      chosen: new Set(trading.map(({ pair }) => pair)),
    });
    const chain = found.steps;
    const tookMs = clock.monotonic() - startMs;
    if (found.pairs.length === 0 && !config.allow_empty) {
      metrics.ran('kept', tookMs);
      log.warn({ chain: summary(chain) }, 'chain found no pair, the last universe stays');
      return `the chain found no pair after ${emptiedBy(chain)}`;
    }
    const atMs = clock.now();
    const { pairs: wanted, removed } = found;
    // Positions are looked at once more by `follow`, seconds later.
    const isNewWish = universe.wish() !== wish;
    const seen = { atMs, wanted, removed, held, isNewWish };
    const step = stepSelection(universe.selection(), seen, config.hysteresis);
    await universe.put(step, { atMs, chain, wish });
    metrics.ran('done', tookMs);
    metrics.gave(atMs);
    return undefined;
  }

  async function refresh(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    const startMs = clock.monotonic();
    try {
      problem = await run(startMs);
    } catch (error) {
      problem = `the last run failed: ${errorText(error)}`;
      metrics.ran('failed', clock.monotonic() - startMs);
      const details = error instanceof DeskError ? error.details : {};
      log.warn({ ...details, cause: errorText(error) }, 'run of the chain failed');
    } finally {
      isRunning = false;
    }
  }

  async function follow(): Promise<void> {
    const [current, held] = [universe.current(), await desk.held()];
    if (current !== undefined && held !== undefined) {
      const atMs = clock.now();
      const step = followHeld(universe.selection(), held, atMs);
      const { chain } = current;
      if (step.changes.length > 0)
        await universe.put(step, { atMs, chain, wish: universe.wish() ?? wish });
    }
    if (!universe.isPublished()) await universe.publish();
  }

  return {
    refresh,
    follow,
    publish: () => universe.publish(),
    current: () => universe.current(),
    check: () => {
      const now = universe.current();
      if (problem !== undefined) return { isOk: false, detail: problem };
      if (now === undefined) return { isOk: false, detail: 'no run of the chain yet' };
      return { isOk: true, detail: `${now.pairs.length} pairs, version ${now.version}` };
    },
  };
}

/** What the operator asks for: when it changes, nothing is waited for. */
function wishOf(config: PairSelectorConfig, listed: readonly string[]): string {
  const text = JSON.stringify([config.chain, listed]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function summary(steps: readonly ChainStep[]): readonly string[] {
  return steps.map(({ step, in: before, out }) => `${step} ${before} > ${out}`);
}

function emptiedBy(steps: readonly ChainStep[]): string {
  return steps.find(({ out }) => out === 0)?.step ?? 'no step';
}
