import { DecimalText } from '#core/model/decimal-text.ts';
import { OrderBook, PublicTrade } from '#core/model/market.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { type FakeClock, fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { type BrokerWorld, PAIR } from '../broker-contract.fixture.ts';
import { PaperConfig } from './config.ts';
import { PaperBroker } from './paper-broker.ts';

export interface PaperWorld extends BrokerWorld {
  readonly broker: PaperBroker;
  readonly clock: FakeClock;
  readonly problems: readonly string[];
  /** Public trades that happen while nobody listens. */
  tradeUnseen(price: string, qty: string, takerSide: 'buy' | 'sell'): void;
}

export function paperWorld(
  options: { readonly config?: Partial<PaperConfig>; readonly clock?: FakeClock } = {},
): PaperWorld {
  const clock = options.clock ?? fakeClock();
  const told: OrderEvent[] = [];
  const tape: PublicTrade[] = [];
  const problems: string[] = [];
  const broker = new PaperBroker({
    account: 'shadow',
    config: PaperConfig.parse(options.config ?? {}),
    clock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    hasSequence: () => true,
    tickSize: () => DecimalText.parse('0.01'),
    stepSize: () => DecimalText.parse('0.0001'),
    missedTrades: (_pair, fromId) => Promise.resolve(tape.filter((trade) => trade.id >= fromId)),
    background: (_name, work) => void work.catch(() => problems.push('background')),
    onProblem: (_pair, cause) => problems.push(cause),
  });
  broker.listen((event) => told.push(event));

  function tradeUnseen(price: string, qty: string, takerSide: 'buy' | 'sell'): void {
    const id = tape.length;
    tape.push(
      PublicTrade.parse({ pair: PAIR, id, price, qty, takerSide, atMs: Math.ceil(clock.now()) }),
    );
  }

  return {
    broker,
    told,
    clock,
    problems,
    tradeUnseen,
    showBook: async (bids, asks) => {
      await clock.advance(1);
      const atMs = Math.ceil(clock.now());
      const book = { pair: PAIR, bids, asks, updateId: atMs, atMs, receivedMs: atMs };
      broker.onBook(OrderBook.parse(book));
      await clock.advance(1);
    },
    trade: async (price, qty, takerSide) => {
      await clock.advance(1);
      tradeUnseen(price, qty, takerSide);
      broker.onTrades(tape.slice(-1));
      await clock.advance(1);
    },
    settle: async (work) => {
      let isDone = false;
      const watched = work.finally(() => {
        isDone = true;
      });
      for (let i = 0; i < 1_000 && !isDone; i += 1) await clock.advance(5);
      return watched;
    },
  };
}
