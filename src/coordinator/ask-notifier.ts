import { ConfigError } from '#platform/errors.ts';
import type { Supervisor } from './supervisor.ts';

/** A test message is answered when the channels have it. */
const WITHIN_MS = 12_000;

/** @throws ConfigError when the config names nobody to tell. */
export async function askNotifier(
  notifier: Pick<Supervisor, 'request'> | undefined,
  body: unknown,
): Promise<unknown> {
  if (notifier === undefined) {
    throw new ConfigError(
      'nobody is told anything: set notifier.telegram.token or list notifier.webhooks',
    );
  }
  return await notifier.request(body, WITHIN_MS);
}
