/**
 * The notifier's shell: follows the ledger and the coordinator, and takes what is to be told to its
 * channels. It needs neither Redis nor the venue, and nobody waits for it.
 */
import { deskEvents } from '#bus/topics.ts';
import { NotifierRequest } from '#core/alerts/notifier-request.ts';
import type { PolicySettings } from '#core/alerts/policy.ts';
import { quietHours } from '#core/alerts/quiet-hours.ts';
import { calendar } from '#core/portfolio/calendar.ts';
import { durationText } from '#core/alerts/amount-text.ts';
import { errorText } from '#platform/errors.ts';
import type { AgentContext, AgentHandle } from '#platform/lifecycle/agent-context.ts';
import { stateStore } from './alerts/notifier-state.ts';
import { notices, type Notices } from './alerts/notices.ts';
import { Delivery, type MessageEnd } from './buffer/deliver.ts';
import { messageStore } from './buffer/message-store.ts';
import type { Channel } from './channel.ts';
import type { NotifierConfig } from './config.ts';
import { followCoordinator } from './follow/follow-coordinator.ts';
import { ledgerFollower } from './follow/follow-ledger.ts';
import type { Source } from './follow/about-source.ts';
import { noteVersion, watchConditions } from './follow/watch-conditions.ts';
import { notifierMetrics, type NotifierMetrics } from './metrics.ts';
import type { NotifierPorts } from './ports.ts';
import { answerRequest } from './requests.ts';
import { tellReports } from './reports/tell-reports.ts';

export interface NotifierOptions extends Omit<NotifierPorts, 'hooks' | 'context' | 'timeZone'> {
  readonly context: AgentContext<unknown>;
  readonly config: () => NotifierConfig;
  /** For so long the portfolio has to be better before it is told. */
  readonly riskCooldownMs: () => number;
  /** Who is told: opened with what they may change about the notifier. */
  readonly openChannels: (ports: NotifierPorts) => Promise<OpenChannels>;
  readonly subject: {
    readonly account: string;
    readonly mode: string;
    readonly quoteAsset: string;
    readonly version: string;
  };
  readonly ledgerPath: string;
  /** Makes message ids of this memory unlike those of another. */
  readonly idPrefix: string;
  /** The file was damaged: whoever is told should know. */
  readonly isReplaced: boolean;
}

export interface OpenChannels {
  readonly channels: readonly (Channel & {
    readonly minLevel: () => NotifierConfig['min_level'];
  })[];
  close(): Promise<void>;
}

const FOLLOW_MS = 1_000;
const TICK_MS = 500;
const CONDITIONS_MS = 2_000;
const REPORTS_MS = 30_000;
const LAST_WORDS_MS = 3_000;
/** Rounds of reading in one go; the next comes a moment later. */
const ROUNDS_MAX = 50;
/** A source that could not be read for so long is worth a look. */
const SILENT_MS = 30_000;

export async function startNotifier(options: NotifierOptions): Promise<AgentHandle> {
  const { context, config } = options;
  const { clock, log } = context;
  const metrics = notifierMetrics(context.metrics);
  const messages = messageStore(options.database);
  const deliveries: Delivery[] = [];
  const opened: { channels: OpenChannels['channels'] } = { channels: [] };
  const states = stateStore(options.database);
  const isForgotten = options.isReplaced || states.load().isUnreadable;
  const told = notices({
    ...options,
    states,
    messages,
    clock,
    log,
    metrics,
    settings: () => policySettings(config()),
    channels: () => opened.channels.map(({ name, minLevel }) => ({ name, minLevel: minLevel() })),
    waitingMax: () => config().waiting_max,
    onMessages: () => deliveries.forEach((delivery) => delivery.wake()),
  });
  const open = await options.openChannels({
    ...options,
    hooks: told,
    timeZone: config().time_zone,
  });
  opened.channels = open.channels;
  messages.forgetOthers(open.channels.map(({ name }) => name));
  metrics.waitingLimit(config().waiting_max);
  const stop = new AbortController();
  const ends = new Set<(end: MessageEnd) => void>();
  const onEnd = (end: MessageEnd): void => ends.forEach((listener) => listener(end));
  const ports = { store: messages, clock, log, metrics, random: context.random, onEnd };
  for (const channel of open.channels) {
    deliveries.push(new Delivery(channel, { ...ports, signal: stop.signal }));
  }
  const answers = { database: options.database, messages, deliveries, notices: told, clock, ends };
  context.onRequest((body) => answerRequest(answers, NotifierRequest.parse(body)));
  context.addCheck('channels', () => channelsCheck(deliveries));
  if (isForgotten) tellReplaced(told, clock.now());
  noteVersion({ notices: told, clock }, options.subject.version);
  const follow = follower(options, { told, metrics });
  schedule(options, { told, follow });
  log.info({ channels: open.channels.map(({ name }) => name) }, 'the notifier tells');

  return {
    close: async () => {
      await lastWords(options, { told, follow, deliveries });
      stop.abort(new Error('the notifier ends'));
      await Promise.all(deliveries.map(({ ended }) => ended));
      await open.close();
    },
  };
}

export function policySettings(config: NotifierConfig): PolicySettings {
  const { repeat, quiet_hours: quiet, time_zone: zone } = config;
  return {
    events: config.events,
    gatherMs: config.gather_seconds * 1_000,
    repeat: {
      afterMs: repeat.after_minutes * 60_000,
      factor: repeat.factor,
      mostMs: repeat.most_minutes * 60_000,
      timesMax: repeat.times_max,
    },
    isQuiet: quietHours({ ...quiet, zone }),
  };
}

interface Parts {
  readonly told: Notices;
  readonly follow: () => Promise<void>;
}

/** Reads what both sources have, never twice at once. */
function follower(
  options: NotifierOptions,
  { told, metrics }: { readonly told: Notices; readonly metrics: NotifierMetrics },
): () => Promise<void> {
  const { context } = options;
  const { clock, log } = context;
  const ports = { ...options, notices: told, metrics, clock };
  const readLedger = ledgerFollower(ports);
  const readMs: Record<Source, number> = { ledger: clock.now(), coordinator: clock.now() };
  const away = new Set<Source>();
  let running: Promise<void> | undefined;

  async function all(source: Source, read: () => Promise<boolean>): Promise<void> {
    try {
      for (let round = 0; round < ROUNDS_MAX && !(await read()); round += 1);
      readMs[source] = clock.now();
      if (away.delete(source)) log.info({ source }, 'events can be read again');
      context.progress();
    } catch (error) {
      // It is away for now; its place is kept. Said once, the check tells how long.
      if (!away.has(source))
        log.warn({ source, problem: errorText(error) }, 'events cannot be read');
      away.add(source);
    }
  }

  for (const source of ['ledger', 'coordinator'] as const) {
    context.addCheck(`follows-${source}`, () => {
      const silentMs = clock.now() - readMs[source];
      return { isOk: silentMs < SILENT_MS, detail: `read ${durationText(silentMs)} ago` };
    });
  }
  return () => {
    // The coordinator first: it says that the desk starts before execution says that it is up.
    running ??= all('coordinator', () => followCoordinator(ports))
      .then(() => all('ledger', readLedger))
      .then(() => {
        running = undefined;
      });
    return running;
  };
}

function schedule(options: NotifierOptions, { told, follow }: Parts): void {
  const { context, config, bus, ledger, subject } = options;
  const { clock, every, log } = context;
  every({ name: 'follow', intervalMs: FOLLOW_MS, isImmediate: true, run: follow });
  every({ name: 'policy', intervalMs: TICK_MS, run: () => told.tick() });
  const { riskCooldownMs } = options;
  const watch = { bus, notices: told, clock, config, riskCooldownMs, account: subject.account };
  every({ name: 'conditions', intervalMs: CONDITIONS_MS, run: () => watchConditions(watch) });
  const zone = config().time_zone;
  const reports = {
    ledger,
    notices: told,
    clock,
    log,
    config,
    subject,
    calendar: calendar(zone),
    timeText: axisText(zone),
  };
  every({
    name: 'reports',
    intervalMs: REPORTS_MS,
    isImmediate: true,
    run: () => tellReports(reports),
  });
  // A nudge: what comes by it is read from the ledger, and it is polled without it as well.
  const nudge = (): void => context.background('follow', follow());
  context.background(
    'listen',
    bus.subscribe(deskEvents, nudge).then((ear) => {
      context.stack.use(ear);
    }),
  );
}

function axisText(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => format.format(atMs).replace(',', '');
}

/** What is known by now is told before the end, as far as the channels take it in time. */
async function lastWords(
  { context }: NotifierOptions,
  { told, follow, deliveries }: Parts & { readonly deliveries: readonly Delivery[] },
): Promise<void> {
  const { clock } = context;
  const untilMs = clock.monotonic() + LAST_WORDS_MS;
  await Promise.race([follow(), clock.sleep(LAST_WORDS_MS / 3)]);
  told.tick(true);
  const isDone = (): boolean =>
    deliveries.every((one) => one.isIdle() || one.problem() !== undefined);
  while (!isDone() && clock.monotonic() < untilMs) await clock.sleep(20);
}

function channelsCheck(deliveries: readonly Delivery[]) {
  const problems = deliveries.flatMap((one) => {
    const problem = one.problem();
    return problem === undefined ? [] : [`${one.channel}: ${problem}`];
  });
  return problems.length === 0
    ? { isOk: true, detail: deliveries.map(({ channel }) => channel).join(', ') }
    : { isOk: false, detail: problems.join('; ') };
}

function tellReplaced(told: Notices, atMs: number): void {
  const alert = {
    kind: 'notifier',
    level: 'warning',
    atMs,
    group: 'notifier replaced',
    title: 'the memory of the notifier could not be read',
    lines: ['a new one begins now; what happened just before may not have been told'],
  } as const;
  told.take([{ alert }]);
}
