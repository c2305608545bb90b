// Places are never reused: a Prometheus that names targets by port must not read another process.
const PLACES: ReadonlyMap<string, number> = new Map([
  ['coordinator', 0],
  ['practice', 1],
  ['execution', 2],
  ['data', 3],
  ['gateway', 4],
  ['notifier', 5],
  ['risk', 6],
  ['pair-selector', 7],
  ['sentiment', 8],
]);
const FIRST_WORKER = 10;

/**
 * Port on which a process serves its own metrics: the base port is the coordinator's, the others
 * follow in fixed places, trading-worker-1 at base + 11. Undefined for a process without a place.
 */
export function ownMetricsPort(basePort: number, instance: string): number | undefined {
  const place = PLACES.get(instance) ?? workerPlace(instance);
  return place === undefined ? undefined : basePort + place;
}

function workerPlace(instance: string): number | undefined {
  const number = /^trading-worker-(\d{1,2})$/.exec(instance)?.[1];
  return number === undefined ? undefined : FIRST_WORKER + Number(number);
}
