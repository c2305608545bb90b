import { randomUUID } from 'node:crypto';
import type { Bus } from '#bus/bus.ts';
import { intents } from '#bus/queues.ts';
import { agents, feeds, instruments, risk, universe } from '#bus/states.ts';
import { books, quotes, riskChanges, trades, universeChanges } from '#bus/topics.ts';
import type { AgentStatus } from '#core/model/agent-status.ts';
import { OperatorCommand } from '#core/model/operator-command.ts';
import type { Universe } from '#core/model/universe.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import type { StartWishes } from '#core/model/start-wishes.ts';
import { TransientError } from '#platform/errors.ts';
import type { AgentContext, AgentHandle } from '#platform/lifecycle/agent-context.ts';
import { commandFile, commandFilePath } from '#platform/lifecycle/command-file.ts';
import type { AccountSide, OpenAccountSide } from './account-side/account-side.ts';
import { Execution } from './agent.ts';
import type { ExecutionConfig } from './config.ts';
import type { FidelityWatch } from './fidelity/fidelity-watch.ts';
import { eventKeeping } from './keep-events.ts';
import { lease, type Lease } from './lease.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { MarketView } from './market-view.ts';
import type { ExecutionMetrics } from './metrics.ts';
import type { ExecutionPorts } from './ports.ts';
import type { PromotionWatch } from './promotion/begin.ts';
import { BEAT_MS } from './promotion/run-log.ts';
import { busOutbox } from './publish.ts';
import { recordUniverse } from './record-universe.ts';
import { executionTracing, type ExecutionTracing } from './trace-execution.ts';
import type { VenueLink } from './venue-link.ts';

/** Ready is not held back longer by pairs whose missed trades cannot be read; they open later. */
const RECOVER_WITHIN_MS = 4_000;
/** Time for the venue to say what time it is before the desk starts without knowing. */
const VENUE_WITHIN_MS = 3_000;
const INTENTS_AT_ONCE = 8;
const FLUSH_MS = 50;
const CHECKPOINT_MS = 30_000;
const SCORE_MS = 5_000;
const EVENTS_MS = 5_000;
const CLOCK_MS = 5_000;
/** A first start that waits for the venue is no start that hangs. */
const START_WITHIN_MS = 5_000;

export interface RunOptions {
  readonly context: AgentContext<{ readonly data_dir: string }>;
  readonly config: ExecutionConfig;
  readonly ledger: Ledger;
  readonly bus: Bus;
  readonly link: VenueLink;
  readonly metrics: ExecutionMetrics;
  readonly promotion: PromotionWatch;
  /** What the person who started the desk asked for. */
  readonly wishes: StartWishes | undefined;
  readonly openSide: OpenAccountSide;
  readonly fidelity: FidelityWatch;
  readonly tracing: Tracing;
  /** It is up and may be asked about a new configuration. */
  readonly onStarted: (execution: Execution) => void;
}

/** Ties execution to the real world: bus in, bus out, timers, the operator. */
export async function runExecution(options: RunOptions): Promise<AgentHandle> {
  const { context, config, ledger, bus, link } = options;
  const { clock, background, every } = context;
  const connecting = link.connect();
  await Promise.race([connecting, clock.sleep(VENUE_WITHIN_MS)]);
  // Once the desk runs, what is held is guarded without the venue's reads too.
  background('venue', connecting);

  const held = lease({
    ledger,
    clock,
    lifeMs: config.section.lease_ms,
    onLost: (error) => context.fail(failureOf(error)),
  });
  context.onOrphaned(() => held.end());
  const outbox = busOutbox(bus, (count) => context.log.debug({ count }, 'events dropped'));
  const market = new MarketView(() => config.limits.data_age_max_ms);
  const side = await options.openSide(market);
  const traces = executionTracing({ ...options, clock, background });
  const ports = executionPorts(options, {
    held,
    outbox: heard(outbox, [options.fidelity, traces]),
    side: { ...side, broker: traces.traced(side.broker) },
  });
  let wake = (): void => undefined;
  every({
    name: 'lease',
    intervalMs: config.section.lease_ms / 6,
    run: async () => {
      await held.renew();
      wake();
    },
  });
  const execution = await started(context, Execution.start(ports, market));
  wake = () => execution.wake();
  options.onStarted(execution);
  side.begin(execution);
  every({ name: 'publish', intervalMs: FLUSH_MS, run: () => outbox.flush() });

  const ears = await listen(options, { execution, market, side });
  const recovered = execution.recover();
  // An account that must not be traded is found out here, however late the venue answers.
  background('recover', recovered.catch(ports.fail));
  await Promise.race([recovered, clock.sleep(RECOVER_WITHIN_MS)]);
  await obeyCommandFile(context, execution);
  context.onRequest((body) => execution.obey(OperatorCommand.parse(body)));
  background(
    'accept',
    recovered.then(() => acceptAtStart(options, execution)),
  );
  bus.onWipe(() => execution.republish());
  background('clean', outbox.clean(new Set(execution.heldPairs())));
  schedule(options, execution);
  const taking = await bus.handle(
    intents,
    async (intent, { traceparent }) => {
      traces.received(intent, traceparent);
      await execution.onIntent(intent);
      context.progress();
    },
    { concurrency: INTENTS_AT_ONCE },
  );
  return {
    close: async () => {
      await taking[Symbol.asyncDispose]();
      await Promise.allSettled(ears.map((ear) => ear[Symbol.asyncDispose]()));
      await execution.settled();
      await beat(options, execution);
      await options.promotion.runLog.end();
      held.end();
      await outbox.flush().catch(() => undefined);
    },
  };
}

/**
 * A first start on an account waits for the venue to show it. Meanwhile the process is up, and says
 * to whoever asks why it does nothing yet.
 */
async function started(
  context: RunOptions['context'],
  starting: Promise<Execution>,
): Promise<Execution> {
  const { clock, signal } = context;
  const waiting = new Promise<undefined>((resolve) => {
    clock.after(START_WITHIN_MS, () => resolve(undefined), { unref: true });
  });
  const early = await Promise.race([starting, waiting]);
  if (early !== undefined) return early;
  context.onRequest(() => {
    throw new TransientError('venue-unavailable', 'execution waits for the venue');
  });
  context.ready();
  let isWaiting = true;
  const watched = starting.finally(() => {
    isWaiting = false;
  });
  while (isWaiting && !signal.aborted) {
    context.progress();
    await Promise.race([watched, clock.sleep(1_000, signal).catch(() => undefined)]);
  }
  return watched;
}

function executionPorts(
  { context, config, ledger, link, metrics, promotion }: RunOptions,
  parts: {
    readonly held: Lease;
    readonly outbox: ExecutionPorts['outbox'];
    readonly side: AccountSide;
  },
): ExecutionPorts {
  const { held, outbox, side } = parts;
  return {
    config: {
      ...config,
      get takerFeeFraction() {
        return side.takerFeeFraction();
      },
    },
    clock: link.clock,
    ids: randomUUID,
    ledger,
    broker: side.broker,
    ...(side.account && { account: side.account }),
    outbox,
    log: context.log,
    metrics,
    promotion,
    crash: () => undefined,
    background: context.background,
    fail: (error) => {
      held.end();
      context.fail(failureOf(error));
    },
    mayAct: () => held.mayAct(),
    confirmLease: () => held.confirm(),
    clockOffsetMs: () => link.venue()?.clock.offsetMs(),
  };
}

interface Heard {
  readonly execution: Execution;
  readonly market: MarketView;
  readonly side: AccountSide;
}

async function listen(
  { bus, context, link, ledger }: RunOptions,
  { execution, market, side }: Heard,
): Promise<readonly AsyncDisposable[]> {
  for (const instrument of link.venue()?.instruments ?? []) execution.onInstrument(instrument);
  const readStates = async (): Promise<void> => {
    const told = await bus.all(feeds);
    for (const feed of told.values()) execution.onFeed(feed);
    market.keepFeeds(new Set(told.keys()));
    const known = await bus.get(risk, 'current');
    if (known !== undefined) market.setRisk(known);
  };
  const readInstruments = async (): Promise<void> => {
    for (const known of (await bus.all(instruments)).values()) execution.onInstrument(known);
  };
  context.every({ name: 'feeds', intervalMs: 1_000, isImmediate: true, run: readStates });
  context.every({
    name: 'instruments',
    intervalMs: 5_000,
    isImmediate: true,
    run: readInstruments,
  });
  const { clock, background } = context;
  const record = recordUniverse({ ledger, now: () => clock.now(), background });
  const onUniverse = (chosen: Universe): void => {
    execution.onUniverse(chosen);
    record(chosen);
  };
  const readUniverse = async (): Promise<void> => {
    const chosen = await bus.get(universe, 'current');
    if (chosen !== undefined) onUniverse(chosen);
  };
  context.every({ name: 'universe', intervalMs: 1_000, isImmediate: true, run: readUniverse });
  const { onBook, onTrades } = side;
  return Promise.all([
    bus.subscribe(quotes, (batch) => batch.forEach((quote) => execution.onQuote(quote))),
    bus.subscribe(universeChanges, onUniverse),
    bus.subscribe(riskChanges, (state) => market.setRisk(state)),
    ...(onBook === undefined ? [] : [bus.subscribe(books, (batch) => batch.forEach(onBook))]),
    ...(onTrades === undefined ? [] : [bus.subscribe(trades, onTrades)]),
  ]);
}

function schedule(options: RunOptions, execution: Execution): void {
  const { context, config, ledger, link } = options;
  const { every } = context;
  every({ name: 'venue clock', intervalMs: CLOCK_MS, run: () => keepClock(context, link) });
  every({ name: 'tick', intervalMs: 1_000, isProgress: true, run: () => execution.tick() });
  every({ name: 'minute', intervalMs: 60_000, isImmediate: true, run: () => execution.minute() });
  every({
    name: 'reconcile',
    get intervalMs() {
      return config.section.reconcile_ms;
    },
    run: () => execution.reconcile(),
  });
  every({ name: 'run record', intervalMs: BEAT_MS, run: () => beat(options, execution) });
  const isIdle = (): boolean => execution.isIdle();
  const trimEvents = eventKeeping({ ledger, metrics: options.metrics, isIdle });
  every({ name: 'events', intervalMs: EVENTS_MS, isImmediate: true, run: trimEvents });
  every({ name: 'fidelity', intervalMs: SCORE_MS, run: () => noteScores(options) });
  every({ name: 'checkpoint', intervalMs: CHECKPOINT_MS, run: () => ledger.checkpoint() });
}

/** Scores are in no hurry: they wait for a moment in which nothing else is written. */
async function noteScores({ ledger, fidelity, link }: RunOptions): Promise<void> {
  const scores = fidelity.take(link.clock.now());
  if (scores.length === 0) return;
  await ledger.transaction(async (tx) => {
    for (const score of scores) await tx.recordFidelity(score);
  });
}

/** What is published after the commit is heard by whoever scores or traces it too. */
function heard(
  outbox: ExecutionPorts['outbox'],
  ears: readonly [FidelityWatch, ExecutionTracing],
): ExecutionPorts['outbox'] {
  const [fidelity, traces] = ears;
  return {
    ...outbox,
    publish: (told) => {
      outbox.publish(told);
      fidelity.onEvent(told.event);
      traces.heard(told);
    },
  };
}

/** Without Redis nobody says who crashes; the run is written down all the same. */
async function beat({ bus, promotion }: RunOptions, execution: Execution): Promise<void> {
  const known = await bus.all(agents).catch(() => new Map<string, AgentStatus>());
  const looping = [...known.values()].filter(({ state }) => state === 'degraded');
  const crashLooping = looping.map(({ instance }) => instance);
  await promotion.runLog.beat({ ...execution.look(), crashLooping });
}

/** A venue that cannot be asked keeps its time; the data agent says that it is away. */
async function keepClock({ log }: RunOptions['context'], link: VenueLink): Promise<void> {
  try {
    await link.keepClock();
  } catch (error) {
    log.debug({ err: error }, 'venue clock not measured');
  }
}

/** Commands that were given while the desk was down come first; the ledger has each once. */
async function obeyCommandFile(
  { config, log }: RunOptions['context'],
  execution: Execution,
): Promise<void> {
  const file = commandFile(commandFilePath(config.data_dir), OperatorCommand);
  for (const command of file.read()) {
    const { kind, by } = command;
    log.child('control').info({ command: kind, by }, 'a command was left while the desk was down');
    await execution.obey(command);
    file.remove([command.id]);
  }
}

/** `--accept-differences`: what the first comparison finds is accepted, once for one start. */
async function acceptAtStart({ wishes }: RunOptions, execution: Execution): Promise<void> {
  if (wishes?.acceptDifferences !== true) return;
  await execution.compared();
  const { id, by, atMs: issuedMs } = wishes;
  const reason = 'asked for at the start';
  await execution.obey({ id: `accept-${id}`, kind: 'accept-differences', by, reason, issuedMs });
}

function failureOf(error: unknown): unknown {
  try {
    return ledgerFailure(error);
  } catch (translated) {
    return translated;
  }
}
