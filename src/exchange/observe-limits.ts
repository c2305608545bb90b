import type { WeightBudget } from './budget.ts';
import type { CcxtClient } from './ccxt-client.ts';
import type { VenueMetrics } from './metrics.ts';

/** The venue counts our weight too and says so in each answer, as it does of other limits. */
export function observeLimits(
  client: CcxtClient,
  options: {
    readonly budget: WeightBudget;
    readonly metrics: VenueMetrics;
    readonly onHeader?: (name: string, value: unknown) => void;
  },
): void {
  const { budget, metrics, onHeader } = options;
  const onRestResponse = client.onRestResponse.bind(client);
  client.onRestResponse = (...args) => {
    const headers: unknown = args[4];
    if (typeof headers === 'object' && headers !== null) {
      for (const [name, value] of Object.entries(headers)) {
        const isWeight = name.toLowerCase() === 'x-mbx-used-weight-1m';
        if (isWeight && Number.isFinite(Number(value))) budget.observe(Number(value));
        onHeader?.(name, value);
      }
    }
    metrics.weightUsed.set(budget.usedWeight());
    metrics.blockedSeconds.set(budget.blockedMs() / 1_000);
    return onRestResponse(...args);
  };
}
