import { PaperBroker } from '#broker/paper/paper-broker.ts';
import type { Pair } from '#core/model/pair.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { seededRandom } from '#platform/random.ts';
import type { ExecutionConfig } from '../config.ts';
import type { ExecutionMetrics } from '../metrics.ts';
import type { VenueLink } from '../venue-link.ts';
import type { OpenAccountSide } from './account-side.ts';

/** It is tried again much more often than anybody wants to read of it. */
const PROBLEM_EVERY_MS = 10_000;

/** Mode shadow: an account that exists in this process only. */
export function paperAccount(options: {
  readonly context: Pick<AgentContext<unknown>, 'signal' | 'background' | 'log' | 'clock'>;
  readonly config: ExecutionConfig;
  readonly link: VenueLink;
  readonly metrics: ExecutionMetrics;
}): OpenAccountSide {
  const { context, config, link, metrics } = options;
  const { signal, background, log, clock } = context;
  const { paper } = config.section;
  const toldMs = new Map<Pair, number>();
  return (market) => {
    const broker = new PaperBroker({
      account: config.account,
      config: paper,
      clock: link.clock,
      random: seededRandom(`paper/${paper.seed}`),
      signal,
      hasSequence: () => link.venue()?.isExact ?? true,
      tickSize: (pair) => market.instrument(pair)?.tickSize,
      stepSize: (pair) => market.instrument(pair)?.stepSize,
      missedTrades: (pair, fromId) => link.missedTrades(pair, fromId),
      background,
      onProblem: (pair, cause) => {
        metrics.missedTrades();
        const nowMs = clock.monotonic();
        if (nowMs < (toldMs.get(pair) ?? -Infinity) + PROBLEM_EVERY_MS) return;
        toldMs.set(pair, nowMs);
        log.warn({ pair, cause }, 'missed trades cannot be read');
      },
    });
    return Promise.resolve({
      broker,
      takerFeeFraction: () => paper.taker_fee_fraction,
      onBook: (book) => broker.onBook(book),
      onTrades: (trades) => broker.onTrades(trades),
      begin: () => undefined,
    });
  };
}
