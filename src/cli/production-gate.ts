import { ConfigError } from '#platform/errors.ts';

/**
 * Refuses a start of production that nobody has decided on.
 * @throws ConfigError that says what is missing.
 */
export function assertMayStart(mode: 'shadow' | 'production', override: string | undefined): void {
  if (mode === 'shadow') {
    if (override === undefined) return;
    throw new ConfigError('--override is for production; leave it out, or add --production');
  }
  if (override !== undefined) return;
  throw new ConfigError(
    'production trades with real money and this desk was not promoted; --override "REASON" starts it all the same, and the reason is recorded',
  );
}
