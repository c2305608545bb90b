/**
 * One process life of execution on an account of a practice exchange: the real code from the intent
 * to the socket, with its ledger, lease and reconciliation, without bus and agents around it.
 */
import { randomUUID } from 'node:crypto';
import { LiveBroker } from '#broker/live/live-broker.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { type Ledger, openLedger } from '#ledger/index.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { hashId } from '#platform/ids.ts';
import { silentLog } from '#platform/log/log.ts';
import { Execution } from '../../../src/agents/execution/agent.ts';
import type { ExecutionConfig } from '../../../src/agents/execution/config.ts';
import { type Lease, lease } from '../../../src/agents/execution/lease.ts';
import { MarketView } from '../../../src/agents/execution/market-view.ts';
import type { CrashPoint, ExecutionPorts } from '../../../src/agents/execution/ports.ts';
import { countingMetrics, newCounts } from '../../../src/agents/execution/simulation/counts.ts';
import { openVenueAt } from '../live-side.ts';
import { ACCOUNT, BTC, INSTRUMENT } from './order-section.ts';

export interface LifeOptions {
  readonly url: string;
  /** The ledger. */
  readonly path: string;
  readonly config: ExecutionConfig;
  readonly transport: 'rest' | 'socket';
  readonly crash?: (point: CrashPoint) => void;
}

export interface Life {
  readonly execution: Execution;
  readonly ledger: Ledger;
  readonly counts: ReadonlyMap<string, number>;
  /** What no process of the desk may ever meet. */
  readonly problems: readonly unknown[];
  /** True once it may not touch the account any more. */
  isFenced(): boolean;
  close(): Promise<void>;
}

const TICK_MS = 100;

export async function startLife(options: LifeOptions): Promise<Life> {
  const { url, path, config, transport } = options;
  const clock = systemClock();
  const ledger = await openLedger({
    path,
    deskId: config.deskId,
    owner: `matrix ${process.pid}`,
    nowMs: Date.now(),
    synchronous: 'full',
  });
  const problems: unknown[] = [];
  const fenced: unknown[] = [];
  const held = lease({
    ledger,
    clock,
    lifeMs: config.section.lease_ms,
    onLost: (error) => void fenced.push(error),
  });
  const controller = new AbortController();
  const { venue } = await openVenueAt({ url, transport });
  const heard: { execution?: Execution } = {};
  const background = (_name: string, work: Promise<unknown>): void => {
    void work.catch((error: unknown) => {
      if (!controller.signal.aborted) problems.push(error);
    });
  };
  const broker = new LiveBroker({
    account: config.account,
    tag: deskTag(config.deskId, hashId),
    venue,
    clock,
    log: silentLog(),
    signal: controller.signal,
    background,
    foreign: {
      onOrder: ({ pair }) => heard.execution?.onForeign(pair),
      onFlow: () => heard.execution?.onFlow(),
      onCaughtUp: () => heard.execution?.onCaughtUp(),
    },
  });
  const counts = newCounts();
  const ports: ExecutionPorts = {
    config,
    clock,
    ids: randomUUID,
    ledger,
    broker,
    account: {
      venue,
      capitalQuote: config.capitalQuote as DecimalText,
      pairs: [BTC],
      follow: () => undefined,
      learn: () => Promise.resolve(),
    },
    outbox: {
      publish: ({ event }) => counts.told(event),
      account: () => undefined,
      position: () => undefined,
    },
    log: silentLog(),
    metrics: countingMetrics(counts),
    crash: options.crash ?? (() => undefined),
    background,
    fail: (error) => void problems.push(error),
    mayAct: () => !controller.signal.aborted && held.mayAct(),
    confirmLease: () => held.confirm(),
  };
  const execution = await Execution.start(
    ports,
    new MarketView(() => config.limits.data_age_max_ms),
  );
  heard.execution = execution;
  execution.onInstrument(INSTRUMENT);
  broker.open();
  background('recover', execution.recover());
  const stopTimers = keepGoing(execution, held, config.section.reconcile_ms, background);
  return {
    execution,
    ledger,
    counts: counts.byName,
    problems,
    isFenced: () => fenced.length > 0,
    close: async () => {
      stopTimers();
      controller.abort();
      held.end();
      await broker.close();
      await venue.close();
      ledger.abandon();
    },
  };
}

/** What is still under way, in words. */
export async function unsettledIn({ ledger, execution }: Life): Promise<readonly string[]> {
  const left = await ledger.read(async (query) => [
    ...(await query.pendingInbox(100)).map(({ kind }) => `${kind} pending`),
    ...(await query.unsettledCommands(ACCOUNT)).map(({ kind, outcome }) => `${kind} ${outcome}`),
    ...(await query.openOrders(ACCOUNT))
      .filter(({ leg }) => leg !== 'stop' && leg !== 'target')
      .map(({ leg, status }) => `${leg} ${status}`),
    ...(await query.openDifferences(ACCOUNT)).map(({ difference }) => difference.key),
  ]);
  return execution.isIdle() ? left : [...left, 'busy'];
}

/** What `runExecution` does with timers, faster. */
function keepGoing(
  execution: Execution,
  held: Lease,
  reconcileMs: number,
  background: (name: string, work: Promise<unknown>) => void,
): () => void {
  const timers = [
    setInterval(() => background('tick', execution.tick()), TICK_MS),
    setInterval(() => background('reconcile', execution.reconcile()), reconcileMs),
    setInterval(() => background('lease', held.renew()), 1_000),
  ];
  return () => timers.forEach((timer) => clearInterval(timer));
}
