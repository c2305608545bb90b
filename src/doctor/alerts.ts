import { pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';
import type { ChannelFacts } from './read-channels.ts';

/** Whether somebody is told at night, and whether the ways there are open. */
export function judgeAlerts(channels: readonly ChannelFacts[]): Finding {
  if (channels.length === 0) {
    return warn(
      'alerts',
      'nobody is told when something happens',
      'set notifier.telegram.token or list notifier.webhooks (docs/telegram.md, docs/agents/notifier.md), or have Prometheus watch /metrics',
    );
  }
  const broken = channels.filter(({ problem }) => problem !== undefined);
  if (broken.length === 0) {
    return pass('alerts', channels.map(({ name, about }) => `${name} ${about}`).join(', '));
  }
  return warn(
    'alerts',
    broken.map(({ name, problem }) => `${name}: ${problem}`).join('; '),
    'mend that, then "./start-bot.sh notify test" on the running desk',
  );
}
