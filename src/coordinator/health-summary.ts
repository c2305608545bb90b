import type { Log } from '#platform/log/log.ts';
import type { Published } from './publisher.ts';

const WEAK_BELOW = 70;

/** One line about the whole desk: loud only when something is weak. */
export function logHealth(log: Log, { agents, systemScore: health }: Published): void {
  const weak = agents
    .filter(({ healthScore }) => healthScore < WEAK_BELOW)
    .map(({ instance, state, healthScore }) => `${instance} ${state} ${healthScore}`);
  const pssMb = agents.reduce((sum, { pssBytes = 0 }) => sum + pssBytes, 0) / 1_048_576;
  const seen = { health, processes: agents.length, pssMb: Math.round(pssMb), weak };
  if (weak.length > 0) log.warn(seen, 'health');
  else log.debug(seen, 'health');
}
