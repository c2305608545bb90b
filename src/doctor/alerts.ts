import { pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** `channels`: names of the ways a person is told at night. */
export function judgeAlerts(channels: readonly string[]): Finding {
  if (channels.length > 0) return pass('alerts', channels.join(', '));
  return warn(
    'alerts',
    'nobody is told when something happens',
    'have Prometheus watch /metrics, or look at "./start-bot.sh status"',
  );
}
