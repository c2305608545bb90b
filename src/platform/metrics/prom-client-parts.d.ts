// Parts of prom-client by their files. Its entry also loads a client that pushes, with `node:http` and
// `node:https`, a t-digest, and OpenTelemetry for exemplars: 2 to 4 MB in each process for nothing.
declare module 'prom-client/lib/counter.js' {
  export { Counter as default } from 'prom-client';
}
declare module 'prom-client/lib/gauge.js' {
  export { Gauge as default } from 'prom-client';
}
declare module 'prom-client/lib/histogram.js' {
  export { Histogram as default } from 'prom-client';
}
declare module 'prom-client/lib/registry.js' {
  export { Registry as default } from 'prom-client';
}
declare module 'prom-client/lib/cluster.js' {
  export { AggregatorRegistry as default } from 'prom-client';
}
// Families of Node itself.
declare module 'prom-client/lib/metrics/*.js' {
  import type { DefaultMetricsCollectorConfiguration, Registry } from 'prom-client';

  type Settings = Pick<
    DefaultMetricsCollectorConfiguration<Registry['contentType']>,
    'prefix' | 'eventLoopMonitoringPrecision'
  >;
  export default function collect(registry: Registry, settings: Settings): void;
}
