/**
 * The shell of a trading-worker: takes one close, reads what it needs, asks the committee, sends
 * what comes out. It keeps nothing between two closes but copies, so any number of workers share the
 * queue.
 *
 * 1. Every close ends in one record, also a hold and a refusal. Recording is last: a worker killed
 *    before it runs again whole, and everything it sent carries the same key again.
 * 2. The last action is written before the intent, so the second run knows what the first one did.
 * 3. It decides nothing itself: verdict and plan come from `core/committee`.
 */
import type { Bus, Envelope } from '#bus/bus.ts';
import { intents, records } from '#bus/queues.ts';
import { lastActions, positions, sentiment as moods } from '#bus/states.ts';
import type { CandleCache } from '#cache/candle-series.ts';
import type { HeardSentiment, Mood } from '#core/committee/analyst.ts';
import { type Committee, type Verdict, evaluate } from '#core/committee/committee.ts';
import { type Plan, type PlanInput, expiryOf, planOf } from '#core/committee/plan.ts';
import { decisionOf, refusal } from '#core/committee/record.ts';
import { type Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import { baseOf } from '#core/model/pair.ts';
import { type CoinSentiment, MARKET } from '#core/model/sentiment.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { PairStanding } from '#core/model/universe.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import type { TradingWorkerConfig } from './config.ts';
import { intentOf } from './intent.ts';
import type { WorkerMetrics } from './metrics.ts';
import { traceEvaluation } from './trace-evaluation.ts';
import { type Window, readCandles, windowOf } from './read-candles.ts';

/** Variants of a strategy run beside each other later; there is one now. */
const VARIANT = 'main';

export interface WorkerPorts {
  readonly bus: Pick<Bus, 'send' | 'get' | 'set'>;
  readonly cache: Pick<CandleCache, 'get' | 'grow'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: WorkerMetrics;
  readonly signal: AbortSignal;
  readonly committee: Committee;
  readonly config: TradingWorkerConfig;
  readonly desk: string;
  /** How the desk stands to a pair; undefined while no universe was heard of. */
  readonly standing: (pair: Pair) => PairStanding | undefined;
  readonly instance: string;
  readonly tracing: Tracing;
  /** Told how long each evaluation took. */
  readonly onEvaluated: (ms: number) => void;
}

export type TradingWorker = (evaluation: Evaluation, envelope: Envelope) => Promise<void>;

export function tradingWorker(ports: WorkerPorts): TradingWorker {
  const window = windowOf(ports.committee.config.candles);
  return async (evaluation, envelope) => {
    const startedMs = ports.clock.monotonic();
    const trace = traceEvaluation(ports, evaluation, envelope);
    const { isExpired } = envelope;
    // Asked together: each answer that is waited for alone is a turn behind the other evaluations.
    const [verdict, standing] = await Promise.all([
      verdictOn(ports, evaluation, window),
      standingOf(ports, evaluation),
    ]);
    const age = ageOf(ports, evaluation, isExpired);
    const plan = planFor(ports, { evaluation, verdict, standing, age });
    const evaluationMs = ports.clock.monotonic() - startedMs;
    trace.decided(verdict);
    const intent = intentFor(ports, { evaluation, verdict, plan, age });
    if (intent !== undefined)
      await sendIntent(ports, intent, { ...envelope, traceparent: trace.carried() });
    const decision = decisionOf({
      evaluation,
      verdict,
      noEntry: plan.noEntry,
      intentId: intent?.id,
      variant: VARIANT,
      worker: ports.instance,
      decidedMs: ports.clock.now(),
      evaluationMs,
    });
    await ports.bus.send(records, decision, { traceId: envelope.traceId });
    ports.metrics.evaluated(decision);
    trace.ended({ intentId: intent?.id, noEntry: plan.noEntry });
    ports.onEvaluated(evaluationMs);
  };
}

async function verdictOn(
  ports: WorkerPorts,
  evaluation: Evaluation,
  window: Window,
): Promise<Verdict> {
  // A backfilled close is history: nothing is done about it, so nobody needs to think about it.
  if (evaluation.origin === 'backfill') return refusal('backfilled');
  const { committee, config } = ports;
  const limits = { window, waitMs: config.candle_wait_ms };
  const [series, sentiment] = await Promise.all([
    readCandles(ports, evaluation, limits),
    heardOf(ports, evaluation),
  ]);
  if (series === undefined) {
    ports.log.warn({ evaluationId: evaluationKey(evaluation) }, 'candles of the close are missing');
    return refusal('stale-candles');
  }
  const { pair, timeframe } = evaluation;
  return evaluate(committee, { pair, timeframe, ...series, market: evaluation.market, sentiment });
}

/** What people write about the coin and the market; without Redis' answer nobody knows. */
async function heardOf(
  { bus, clock }: WorkerPorts,
  { pair }: Evaluation,
): Promise<HeardSentiment | undefined> {
  const [coin, market] = await Promise.all([bus.get(moods, baseOf(pair)), bus.get(moods, MARKET)]);
  const nowMs = clock.now();
  const moodOf = (heard: CoinSentiment | undefined): Mood | undefined =>
    // What was heard in the future is as wrong as what is old: one of the clocks is off.
    heard === undefined ? undefined : { ...heard, ageMs: Math.abs(nowMs - heard.atMs) };
  return { coin: moodOf(coin), market: moodOf(market) };
}

type Standing = Pick<PlanInput, 'positionOpenedMs' | 'lastAction'>;

/** Where the desk stands with the pair: what it holds, and what it last did at this timeframe. */
async function standingOf({ bus }: WorkerPorts, evaluation: Evaluation): Promise<Standing> {
  const [position, lastAction] = await Promise.all([
    bus.get(positions, evaluation.pair),
    bus.get(lastActions, fieldOf(evaluation)),
  ]);
  return { positionOpenedMs: position?.openedMs, lastAction };
}

interface Age {
  /** Venue time minus close. */
  readonly ageMs: number;
  readonly lateAfterMs: number;
}

function ageOf({ clock, config }: WorkerPorts, evaluation: Evaluation, isExpired: boolean): Age {
  const venueNowMs = clock.now() + (evaluation.venueOffsetMs ?? 0);
  return {
    ageMs: isExpired ? Infinity : venueNowMs - evaluation.closeMs,
    lateAfterMs: Math.max(
      config.late_after_seconds * 1_000,
      config.late_after_fraction * timeframeMs(evaluation.timeframe),
    ),
  };
}

function planFor(
  { committee, standing: standingOfPair }: WorkerPorts,
  given: { evaluation: Evaluation; verdict: Verdict; standing: Standing; age: Age },
): Plan {
  const { evaluation, verdict, standing, age } = given;
  return planOf({
    evaluation,
    verdict,
    ...standing,
    pairStanding: standingOfPair(evaluation.pair),
    ...age,
    cooldownCandles: committee.config.cooldown_candles,
  });
}

function intentFor(
  { clock, config, desk }: WorkerPorts,
  given: { evaluation: Evaluation; verdict: Verdict; plan: Plan; age: Age },
): TradeIntent | undefined {
  const { evaluation, verdict, plan, age } = given;
  if (plan.send === 'nothing') return undefined;
  return intentOf(
    evaluation,
    { action: plan.send, verdict },
    {
      desk,
      variant: VARIANT,
      createdMs: clock.now(),
      expiresAfterMs: expiryOf({ ...age, wantedMs: config.intent_expires_seconds * 1_000 }),
    },
  );
}

async function sendIntent(
  { bus, committee, log, metrics }: WorkerPorts,
  intent: TradeIntent,
  { traceId, traceparent }: Envelope,
): Promise<void> {
  const { id: intentId, pair, timeframe, candleCloseMs: closeMs } = intent;
  const action = intent.action === 'enter' ? 'enter' : 'exit';
  const cooldownMs = committee.config.cooldown_candles * timeframeMs(timeframe);
  await bus.set(
    lastActions,
    fieldOf(intent),
    { pair, timeframe, action, closeMs, intentId },
    { expiresAfterMs: Math.max(KEEP_MS_MIN, 2 * cooldownMs) },
  );
  await bus.send(intents, intent, { traceId, traceparent });
  metrics.intentSent(action);
  log.info({ intentId, evaluationId: intent.evaluationId, action, pair }, 'intent is sent');
}

/** Longer than any evaluation waits to be run again. */
const KEEP_MS_MIN = 3_600_000;

function fieldOf({ pair, timeframe }: Pick<Evaluation, 'pair' | 'timeframe'>): string {
  return `${pair} ${timeframe}`;
}
