/**
 * Publishes the market in batches: quotes and books conflated, with all of them repeated each
 * second for late joiners; trades every one. A batch that Redis does not take is lost and counted:
 * each topic says how a receiver gets the truth then.
 */
import type { Bus } from '#bus/bus.ts';
import type { TopicContract } from '#bus/contract.ts';
import * as topics from '#bus/topics.ts';
import type { OrderBook, Quote } from '#core/model/market.ts';
import { errorText } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { Log } from '#platform/log/log.ts';
import type { DataAgentConfig } from './config.ts';
import type { Conflater } from './conflater.ts';
import type { DataMetrics } from './metrics.ts';
import type { TradeDesk } from './trade-desk.ts';

const REPEAT_ALL_MS = 1_000;

export function startPublisher(options: {
  bus: Pick<Bus, 'publish'>;
  every: AgentContext<unknown>['every'];
  quotes: Conflater<Quote>;
  books: Conflater<OrderBook>;
  trades: Pick<TradeDesk, 'take'>;
  config: DataAgentConfig;
  log: Log;
  metrics: DataMetrics;
}): void {
  const { bus, every, quotes, books, trades, config, log, metrics } = options;
  let round = 0;

  async function publish<T>(topic: TopicContract<T[]>, items: T[]): Promise<void> {
    if (items.length === 0) return;
    try {
      await bus.publish(topic, items);
    } catch (error: unknown) {
      metrics.batchesLost.inc({ topic: topic.name });
      log.debug({ topic: topic.name, cause: errorText(error) }, 'batch not published');
    }
  }

  every({
    name: 'quotes and books',
    get intervalMs() {
      return config.quote_flush_ms;
    },
    run: async () => {
      const roundsToRepeat = Math.max(1, Math.round(REPEAT_ALL_MS / config.quote_flush_ms));
      round = (round + 1) % roundsToRepeat;
      const isRepeat = round === 0;
      await publish(topics.quotes, isRepeat ? quotes.takeAll() : quotes.takeChanged());
      await publish(topics.books, isRepeat ? books.takeAll() : books.takeChanged());
    },
  });
  every({
    name: 'trades',
    get intervalMs() {
      return config.trade_flush_ms;
    },
    run: () => publish(topics.trades, trades.take()),
  });
}
