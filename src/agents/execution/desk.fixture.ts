import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Broker } from '#broker/broker.ts';
import { PaperBroker } from '#broker/paper/paper-broker.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import { IntentId, TradeIntent } from '#core/model/intent.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { type Ledger, openLedger } from '#ledger/index.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { type FakeClock, fakeClock } from '#platform/clock/fake-clock.ts';
import { hashId } from '#platform/ids.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { Execution } from './agent.ts';
import { ExecutionSection } from './config.ts';
import { MarketView } from './market-view.ts';
import type { AccountPort } from './reconcile/account-port.ts';
import type { CrashPoint, ExecutionPorts } from './ports.ts';
import type { PromotionWatch } from './promotion/begin.ts';
import { type Counts, countingMetrics, newCounts } from './simulation/counts.ts';
import { ModelMarket } from './simulation/model-market.ts';

export const BTC = Pair.parse('BTC/USDT');

/** Execution on a fake clock, a real ledger and a market that the test moves. */
export interface TestDesk extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly events: DeskEvent[];
  readonly ledger: Ledger;
  readonly ledgerPath: string;
  readonly execution: Execution;
  /** The filters of BTC. */
  readonly instrument: Instrument;
  readonly counts: ReadonlyMap<string, number>;
  /** Shows a price with depth and lets what follows happen. */
  price(value: number, as?: { readonly isTraded?: boolean }): Promise<void>;
  /** Shows a price with depth, and nothing else happens. */
  show(value: number): void;
  /** A public trade at the venue. */
  trade(
    id: number,
    value: number,
    as?: Partial<Pick<PublicTrade, 'pair' | 'takerSide' | 'qty'>>,
  ): void;
  send(action: object): Promise<TradeIntent>;
  /** An intent that is not sent. */
  wish(action: object): TradeIntent;
  /** Lets time pass with the price standing still. */
  pass(ms: number): Promise<void>;
  /** Lets time pass with nothing new from the market. */
  silence(ms: number): Promise<void>;
  /** Sets the desk's clock back; its timers go on. */
  stepBack(ms: number): void;
  /** What the data agent says about the pair's feed. */
  feed(state: FeedStatus['state']): void;
  /** Dies and starts again from the ledger. */
  restart(): Promise<void>;
}

/** What a test puts between execution and its venue. */
export interface TestVenue {
  /** Beside BTC, all at the same price. */
  readonly morePairs?: readonly Pair[];
  /** False where missed trades never come. */
  readonly waitsForRecovery?: boolean;
  /** The desk's broker instead of the paper broker alone. */
  readonly broker?: (paper: Broker) => Broker;
  /** The `execution` section, where the defaults will not do. */
  readonly section?: object;
  /** Throws where the process is to die. */
  readonly crash?: (point: CrashPoint) => void;
  /** Heard by a new process before it recovers. */
  readonly early?: (paper: PaperBroker) => void;
  /** The account behind the broker, to be reconciled. */
  readonly account?: AccountPort;
  readonly missedTrades?: (fromId: number) => Promise<readonly PublicTrade[]>;
  readonly promotion?: PromotionWatch;
}

export async function testDesk(
  limits: Partial<RiskLimits> = {},
  venue: TestVenue = {},
): Promise<TestDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-execution-'));
  const clock = fakeClock();
  let behindMs = 0;
  const whole = { ...clock, now: () => Math.floor(clock.now()) - behindMs };
  const events: DeskEvent[] = [];
  const counts = newCounts();
  let last = 0;
  let ids = 0;
  const nextId = (): number => {
    ids += 1;
    return ids;
  };
  const world: World = { folder, clock: whole, limits, venue, events, counts, nextId };
  let life = await startLife(world);

  const pairs = [BTC, ...(venue.morePairs ?? [])];

  function show(value: number): void {
    for (const pair of pairs) showPair(pair, value);
  }

  function showPair(pair: Pair, value: number): void {
    const atMs = whole.now();
    const [bid, ask] = [(value * 0.9999).toFixed(2), (value * 1.0001).toFixed(2)];
    const at = { pair, atMs, receivedMs: atMs };
    const qty = '5';
    life.broker.onBook(
      OrderBook.parse({ ...at, bids: [[bid, qty]], asks: [[ask, qty]], updateId: atMs }),
    );
    life.execution.onQuote(Quote.parse({ ...at, bid, ask, bidQty: qty, askQty: qty }));
  }

  const tradeAt: TestDesk['trade'] = (id, value, as) => {
    const [price, qty, atMs] = [value.toFixed(2), '0.1', whole.now()];
    const trade = { pair: BTC, id, price, qty, takerSide: 'sell', atMs, ...as };
    life.broker.onTrades([PublicTrade.parse(trade)]);
  };

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      await clock.advance(Math.min(250, left));
      show(last);
      await life.execution.tick();
    }
    if (life.problems.length > 0) throw life.problems[0];
  }

  return {
    clock,
    events,
    counts: counts.byName,
    ledgerPath: join(folder, 'ledger.db'),
    get ledger() {
      return life.ledger;
    },
    get execution() {
      return life.execution;
    },
    instrument: INSTRUMENT,
    pass,
    show: (value) => {
      last = value;
      show(value);
    },
    silence: async (ms) => {
      for (let left = ms; left > 0; left -= 1_000) {
        await clock.advance(Math.min(1_000, left));
        await life.execution.tick();
      }
      if (life.problems.length > 0) throw life.problems[0];
    },
    stepBack: (ms) => {
      behindMs += ms;
    },
    trade: tradeAt,
    feed: (state) => {
      const atMs = whole.now();
      const at = { freshMs: atMs, lastCloseMs: atMs, lastTradeId: 1, atMs };
      life.execution.onFeed({ pair: BTC, state, ...at });
    },
    price: async (value, { isTraded = true } = {}) => {
      last = value;
      for (const pair of pairs) {
        if (isTraded && life.broker.seen(pair) === undefined) tradeAt(1, value, { pair });
      }
      await pass(500);
    },
    wish: (action) => wish(nextId(), whole.now(), action),
    send: async (action) => {
      const intent = wish(nextId(), whole.now(), action);
      await life.execution.onIntent(intent);
      await pass(500);
      return intent;
    },
    restart: async () => {
      life.controller.abort();
      life.ledger.abandon();
      life = await startLife(world);
      await pass(500);
    },
    [Symbol.asyncDispose]: async () => {
      life.controller.abort();
      await life.ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function wish(id: number, nowMs: number, action: object): TradeIntent {
  return TradeIntent.parse({
    id: IntentId.parse(hashId(['test', id])),
    desk: 'test',
    variant: 'main',
    pair: BTC,
    timeframe: '1m',
    candleCloseMs: nowMs,
    evaluationId: `${id}`,
    confidence: 1,
    receivedMs: nowMs,
    createdMs: nowMs,
    expiresAtMs: nowMs + 30_000,
    ...action,
  });
}

interface World {
  readonly folder: string;
  readonly clock: Clock;
  readonly limits: Partial<RiskLimits>;
  readonly venue: TestVenue;
  readonly events: DeskEvent[];
  readonly counts: Counts;
  readonly nextId: () => number;
}

const INSTRUMENT = new ModelMarket(seededRandom(1)).instrument(BTC);

/** One process, from its start to its death. */
async function startLife(world: World) {
  const { folder, clock, limits, venue, events, counts, nextId } = world;
  const ledger = await openLedger({
    path: join(folder, 'ledger.db'),
    deskId: 'test',
    owner: 'test',
    nowMs: clock.now(),
    synchronous: 'normal',
  });
  const controller = new AbortController();
  const section = ExecutionSection.parse(venue.section ?? {});
  const broker = new PaperBroker({
    account: 'shadow',
    config: section.paper,
    clock,
    random: seededRandom(3),
    signal: controller.signal,
    hasSequence: () => true,
    tickSize: () => INSTRUMENT.tickSize,
    stepSize: () => INSTRUMENT.stepSize,
    missedTrades: (_pair, fromId) => venue.missedTrades?.(fromId) ?? Promise.resolve([]),
    background: (_name, work) => void work,
    onProblem: () => undefined,
  });
  const problems: unknown[] = [];
  const ports: ExecutionPorts = {
    config: {
      deskId: 'test',
      account: 'shadow',
      quoteAsset: 'USDT',
      capitalQuote: '10000' as DecimalText,
      takerFeeFraction: 0.001,
      limits: RiskLimits.parse({ risk_state_age_max_ms: null, ...limits }),
      section,
    },
    clock,
    ids: () => `id${nextId()}`,
    ledger,
    broker: venue.broker?.(broker) ?? broker,
    ...(venue.account && { account: venue.account }),
    outbox: {
      publish: ({ event }) => void events.push(event),
      account: () => undefined,
      position: () => undefined,
    },
    ...(venue.promotion === undefined ? {} : { promotion: venue.promotion }),
    log: silentLog(),
    metrics: countingMetrics(counts),
    crash: (point) => venue.crash?.(point),
    background: (_name, work) => void work.catch((error: unknown) => problems.push(error)),
    fail: (error) => void problems.push(error),
    mayAct: () => !controller.signal.aborted,
    confirmLease: () => Promise.resolve(!controller.signal.aborted),
  };
  const market = new MarketView(() => ports.config.limits.data_age_max_ms);
  const execution = await Execution.start(ports, market);
  for (const pair of [BTC, ...(venue.morePairs ?? [])]) {
    execution.onInstrument({ ...INSTRUMENT, pair });
  }
  venue.early?.(broker);
  const recovered = execution.recover();
  if (venue.waitsForRecovery !== false) await recovered;
  return { ledger, broker, execution, controller, problems };
}
