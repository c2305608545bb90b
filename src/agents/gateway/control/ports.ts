import type { Clock } from '#platform/clock/clock.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import type { Log } from '#platform/log/log.ts';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { OnceByKey } from './once-by-key.ts';

/** What acting takes. */
export interface ControlPorts {
  /** As it is now. */
  readonly settings: () => Pick<GatewayConfig, 'traders_may_raise_risk'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  readonly once: OnceByKey;
  /** Asks the coordinator by its socket; undefined when none is there. */
  readonly askDesk: (request: ControlRequest) => Promise<{ readonly body: unknown } | undefined>;
}
