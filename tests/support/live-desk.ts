/** Execution, whole, in this process: on an account of a practice exchange through real ccxt. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Execution } from '#agents/execution/agent.ts';
import { ExecutionSection } from '#agents/execution/config.ts';
import { MarketView } from '#agents/execution/market-view.ts';
import type { CrashPoint, ExecutionPorts } from '#agents/execution/ports.ts';
import { countingMetrics, newCounts } from '#agents/execution/simulation/counts.ts';
import { LiveBroker } from '#broker/live/live-broker.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { RiskLimits } from '#core/risk/config.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { type Ledger, openLedger } from '#ledger/index.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { hashId } from '#platform/ids.ts';
import { silentLog } from '#platform/log/log.ts';
import type { HandWorld } from './hand-world.ts';
import { openVenueAt } from './live-side.ts';
import { venueAt } from './venue.ts';

const BTC = Pair.parse('BTC/USDT');
const TICK_MS = 100;

export interface LiveDeskOptions {
  readonly url: string;
  readonly hand?: HandWorld;
  /** The folder of an earlier life. */
  readonly folder?: string;
  readonly capitalQuote?: string;
  readonly deskId?: string;
  /** Beside BTC, with quotes and filters as the data agent would tell them. */
  readonly morePairs?: readonly Pair[];
  /** What the desk was started for. */
  readonly startPairs?: readonly Pair[];
  /** Between the desk and its venue. */
  readonly venue?: (venue: TradingVenue) => TradingVenue;
  readonly crash?: (point: CrashPoint) => void;
  readonly transport?: 'rest' | 'socket';
  readonly synchronous?: 'normal' | 'full';
}

export interface LiveDesk extends AsyncDisposable {
  readonly execution: Execution;
  readonly ledger: Ledger;
  readonly folder: string;
  readonly events: readonly DeskEvent[];
  readonly counts: ReadonlyMap<string, number>;
  readonly problems: readonly unknown[];
  wish(action: object): Promise<TradeIntent>;
  /** Dies without finishing anything. */
  die(): Promise<void>;
}

/** Books of 1,000 coins around a price. */
export function showPrice(hand: HandWorld, price: number): void {
  hand.showBook([[(price - 0.01).toFixed(2), '1000']], [[(price + 0.01).toFixed(2), '1000']]);
}

export async function liveDesk(options: LiveDeskOptions): Promise<LiveDesk> {
  const { url, deskId = 'test' } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'nightdesk-live-'));
  const clock = systemClock();
  const whole = { ...clock, now: () => Math.floor(clock.now()) };
  const { venue: real } = await openVenueAt({ url, transport: options.transport ?? 'auto' });
  const venue = options.venue?.(real) ?? real;
  const ledger = await openLedger({
    path: join(folder, 'ledger.db'),
    deskId,
    owner: 'test',
    nowMs: whole.now(),
    synchronous: options.synchronous ?? 'normal',
  });
  const controller = new AbortController();
  const problems: unknown[] = [];
  const events: DeskEvent[] = [];
  const counts = newCounts();
  const background = (_name: string, work: Promise<unknown>): void =>
    void work.catch((error: unknown) => problems.push(error));
  // Told of the account only once it exists.
  const late: { execution?: Execution } = {};
  const broker = new LiveBroker({
    account: 'live',
    tag: deskTag(deskId, hashId),
    venue,
    clock: whole,
    log: silentLog(),
    signal: controller.signal,
    background,
    foreign: {
      onOrder: ({ pair }) => late.execution?.onForeign(pair),
      onFlow: () => late.execution?.onFlow(),
      onCaughtUp: () => late.execution?.onCaughtUp(),
    },
  });
  let ids = 0;
  const ports: ExecutionPorts = {
    config: {
      deskId,
      account: 'live',
      quoteAsset: 'USDT',
      capitalQuote: '0' as DecimalText,
      takerFeeFraction: 0.001,
      limits: RiskLimits.parse({ risk_state_age_max_ms: null }),
      section: ExecutionSection.parse({}),
    },
    clock: whole,
    ids: () => `${whole.now()}-${(ids += 1)}`,
    ledger,
    broker,
    account: {
      venue,
      capitalQuote: options.capitalQuote as DecimalText | undefined,
      pairs: options.startPairs ?? [BTC],
      follow: () => undefined,
      learn: async (pair) => void (await venue.commission(pair)),
    },
    outbox: {
      publish: ({ event }) => void events.push(event),
      account: () => undefined,
      position: () => undefined,
    },
    log: silentLog(),
    metrics: countingMetrics(counts),
    crash: (point) => options.crash?.(point),
    background,
    fail: (error) => void problems.push(error),
    mayAct: () => !controller.signal.aborted,
    confirmLease: () => Promise.resolve(!controller.signal.aborted),
  };
  const begun = await Execution.start(ports, new MarketView(() => 60_000));
  late.execution = begun;
  const pairs = [BTC, ...(options.morePairs ?? [])];
  await using market = await venueAt(url, { pairs });
  for (const instrument of market.venue.instruments) begun.onInstrument(instrument);
  broker.open();
  const quote = (): void => pairs.forEach((pair) => begun.onQuote(quoteOf(pair, whole.now())));
  const tell = setInterval(() => {
    quote();
    void begun.tick();
  }, TICK_MS);
  quote();
  await begun.recover();

  const shut = async (): Promise<void> => {
    clearInterval(tell);
    controller.abort();
    await broker.close();
    await real.close();
  };
  return {
    execution: begun,
    ledger,
    folder,
    events,
    counts: counts.byName,
    problems,
    wish: async (action) => {
      const intent = wishOf(whole.now(), `${(ids += 1)}`, action);
      await begun.onIntent(intent);
      return intent;
    },
    die: async () => {
      ledger.abandon();
      await shut();
    },
    [Symbol.asyncDispose]: async () => {
      await shut();
      await ledger.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The hand-made market stands at 100 unless a test says otherwise through its books. */
function quoteOf(pair: Pair, nowMs: number): Quote {
  return Quote.parse({
    pair,
    bid: '99.99',
    bidQty: '1000',
    ask: '100.01',
    askQty: '1000',
    atMs: nowMs,
    receivedMs: nowMs,
  });
}

function wishOf(nowMs: number, id: string, action: object): TradeIntent {
  return TradeIntent.parse({
    id: hashId(['test', nowMs, id]),
    desk: 'test',
    variant: 'main',
    pair: BTC,
    timeframe: '1m',
    candleCloseMs: nowMs,
    evaluationId: id,
    confidence: 1,
    receivedMs: nowMs,
    createdMs: nowMs,
    expiresAtMs: nowMs + 30_000,
    ...action,
  });
}
