/** A market by hand for tests of the floor: a quiet book around 100, moved only by the test. */
import { SymbolMarket } from '../market/symbol-market.ts';
import type { SymbolSpec, WorldTrade } from '../world.ts';
import { openFloor } from './open-floor.ts';
import type { SymbolRules } from './rules.ts';
import type {
  AccountEvent,
  AccountStart,
  NewOrder,
  TradingAccount,
  TradingFloor,
} from './trading.ts';

const START_MS = Date.UTC(2026, 10, 24, 12);

function specOf(base: string): SymbolSpec {
  return {
    symbol: `${base}USDT`,
    base,
    quote: 'USDT',
    priceDigits: 2,
    qtyDigits: 3,
    tickSize: '0.01',
    stepSize: '0.001',
    minNotional: '5',
    minQty: '0.001',
    maxQty: '9000',
  };
}

export class HandMarket {
  readonly market: SymbolMarket;
  readonly trades: WorldTrade[] = [];
  readonly #now: () => number;

  constructor(base: string, now: () => number) {
    this.#now = now;
    this.market = new SymbolMarket({
      spec: specOf(base),
      historyMs: START_MS - 60_000,
      startMs: now(),
      firstTradeId: Math.floor(now() / 1000),
      fillsQuiet: true,
      publish: (event) => {
        if (event.kind === 'trade') this.trades.push(event.trade);
      },
    });
  }

  /** A trader's order; returns how many lots traded. */
  order(side: 'buy' | 'sell', lots: number, price?: number): number {
    const limit = price === undefined ? {} : { limitTicks: Math.round(price * 100) };
    this.market.candles.advance(this.#now());
    const request = { owner: 'trader', side, lots, ...limit };
    return this.market.submit(request, this.#now()).filledLots;
  }

  /** Ten lots of 0.1 every tick on both sides of a price, after one trade at it. */
  quote(price: number): void {
    this.order('sell', 1, price);
    this.order('buy', 1, price);
    for (let tick = 1; tick <= 10; tick += 1) {
      this.order('buy', 100, price - tick / 100);
      this.order('sell', 100, price + tick / 100);
    }
  }

  /** Somebody takes everything on the way to `price`, where the last trade then is. */
  moveTo(price: number): void {
    const last = (this.market.candles.lastTicks ?? 0) / 100;
    const side = price > last ? 'buy' : 'sell';
    const other = side === 'buy' ? 'sell' : 'buy';
    this.order(other, 1, price);
    this.market.submit(
      {
        owner: 'trader',
        side,
        lots: 1_000_000,
        limitTicks: Math.round(price * 100),
        timeInForce: 'IOC',
      },
      this.#now(),
    );
  }
}

export interface TestFloor {
  readonly floor: TradingFloor;
  readonly account: TradingAccount;
  readonly btc: HandMarket;
  readonly bnb: HandMarket;
  readonly events: AccountEvent[];
  readonly rules: { -readonly [K in keyof SymbolRules]: SymbolRules[K] };
  readonly pass: (ms: number) => void;
}

export function testFloor(
  options: { start?: Partial<AccountStart>; journalFile?: string; startMs?: number } = {},
): TestFloor {
  const { journalFile } = options;
  let nowMs = options.startMs ?? START_MS;
  const btc = new HandMarket('BTC', () => nowMs);
  const bnb = new HandMarket('BNB', () => nowMs);
  btc.quote(100);
  bnb.quote(10);
  const rules: SymbolRules = { tickSize: '0.01', stepSize: '0.001', minNotional: '5' };
  const floor = openFloor({
    world: { markets: [btc.market, bnb.market], now: () => nowMs, step: () => undefined },
    rulesOf: () => rules,
    ...(journalFile === undefined ? {} : { journalFile }),
  });
  const balances = [{ asset: 'USDT', amount: '1000' }];
  const account = floor.open({ uid: 1001, balances, ...options.start });
  const events: AccountEvent[] = [];
  account.subscribe((event) => events.push(event));
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { floor, account, btc, bnb, events, rules, pass };
}

export function newOrder(fields: Partial<NewOrder>): NewOrder {
  return { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', ...fields };
}

export function limitOrder(fields: Partial<NewOrder>): NewOrder {
  return newOrder({ type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '99', ...fields });
}

/** `free` and `locked` of an asset without the trailing zeros. */
export function balanceOf(account: TradingAccount, asset: string): [free: number, locked: number] {
  const found = account.view().balances.find((entry) => entry.asset === asset);
  return [Number(found?.free ?? 0), Number(found?.locked ?? 0)];
}

/** Code and words of a refusal. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${String(error.code)} ${error.message}`;
    throw error;
  }
  return 'accepted';
}
