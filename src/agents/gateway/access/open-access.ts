import { isLoopback } from '#platform/access/exposure.ts';
import { LOCAL_NAME, makeLocalToken } from '#platform/access/local-token.ts';
import { isExpired, tokenFilePath, type ApiToken } from '#platform/access/token-file.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { AccessConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { access, type Access } from './access.ts';
import { tokenBook } from './token-book.ts';

interface OpenAccess {
  /** As it is now; where it listens is that of the start. */
  readonly config: () => AccessConfig;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<GatewayMetrics, 'tokenEnds'>;
}

/** The door as the config and the token file of a data folder say, and a token for its own user. */
export function openAccess(options: OpenAccess): Access {
  const { config, dataDir, clock, log, metrics } = options;
  metrics.tokenEnds.remove();
  const book = tokenBook({
    path: tokenFilePath(dataDir),
    clock,
    local: localTokens(options),
    onChange: ({ tokens, error }) => {
      if (error !== undefined) {
        log.error({ err: error }, 'the token file cannot be used, no token is let in');
        return;
      }
      const good = tokens.filter((token) => !isExpired(token, clock.now()));
      const ends = good.flatMap(({ expiresMs }) => expiresMs ?? []);
      if (ends.length === 0) metrics.tokenEnds.remove();
      else metrics.tokenEnds.set(Math.min(...ends) / 1_000);
      const names = good.map(({ name, role }) => `${name} (${role})`);
      log.info({ tokens: names.join(', ') }, 'api tokens read');
    },
  });
  const goodOnes = book
    .all()
    .filter((token) => token.name !== LOCAL_NAME && !isExpired(token, clock.now()));
  const { host } = config();
  if (!isLoopback(host) && goodOnes.length === 0) {
    log.warn({ host }, 'no api token is good: the api answers to nobody from outside');
  }
  return access({ config, book, clock });
}

/** A full disk must not keep the gateway from starting: `status` then shows less. */
function localTokens({ dataDir, clock, log }: OpenAccess): readonly ApiToken[] {
  try {
    return [makeLocalToken(dataDir, clock.now())];
  } catch (error) {
    log.warn({ err: error }, 'the token for programs of this user cannot be left');
    return [];
  }
}
