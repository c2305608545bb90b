import { join } from 'node:path';
import { ConfigError } from '#platform/errors.ts';
import { promotionFacts } from '#promotion/promotion-subject.ts';

export interface WantedStart {
  readonly config: Readonly<Record<string, unknown>>;
  /** The project's folder. */
  readonly root: string;
  readonly dataDir: string;
  readonly override: string | undefined;
}

/**
 * Refuses a start of production that nobody has decided on, before anything runs; execution asks
 * the same again. Returns what is to be shown loudly, if anything.
 * @throws ConfigError that says what is missing.
 */
export async function assertMayStart(wanted: WantedStart): Promise<string | undefined> {
  const { config, root, dataDir, override } = wanted;
  if (config['mode'] !== 'production') {
    if (override === undefined) return undefined;
    throw new ConfigError('--override is for production; leave it out, or add --production');
  }
  // Loaded for production alone: this process lives as long as the desk, and its query builder is 7 MB.
  const { mayStart, promotionsOf } = await import('#promotion/may-start.ts');
  const records = await promotionsOf(join(dataDir, 'ledger.db'));
  const verdict = mayStart(promotionFacts(config, root), records, {
    venueAccount: undefined,
    override,
  });
  if (verdict.kind === 'refused') throw new ConfigError(verdict.text);
  if (verdict.kind === 'allowed') return undefined;
  return `PROMOTION OVERRIDDEN: ${verdict.reason} (${verdict.standing.kind === 'never' ? 'never promoted here' : verdict.standing.kind})`;
}
