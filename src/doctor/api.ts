import { exposureProblem, isLoopback } from '#platform/access/exposure.ts';
import { isExpired, type ApiToken } from '#platform/access/token-file.ts';
import { errorText } from '#platform/errors.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export interface ApiFacts {
  readonly host: string;
  /** @throws ConfigError when the token file cannot be used. */
  readonly readTokens: () => readonly ApiToken[];
  readonly nowMs: number;
}

// A month to notice.
const SOON_MS = 30 * 86_400_000;

export function judgeApi({ host, readTokens, nowMs }: ApiFacts): Finding {
  let tokens: readonly ApiToken[];
  try {
    tokens = readTokens();
  } catch (error) {
    return fail('api', errorText(error), 'until then no token is let in');
  }
  const problem = exposureProblem(host, tokens);
  if (problem !== undefined) return fail('api', problem, 'the desk does not start like this');
  const good = tokens.filter((token) => !isExpired(token, nowMs));
  const text = `listens on ${host}, ${good.length} good tokens`;
  if (!isLoopback(host) && good.length === 0) {
    return warn('api', `${text}: it answers to nobody`, 'run "./start-bot.sh tokens add NAME"');
  }
  const ending = good.filter((token) => isExpired(token, nowMs + SOON_MS)).map(({ name }) => name);
  if (ending.length > 0) {
    const fix = 'make new ones: "./start-bot.sh tokens revoke NAME", then "tokens add NAME"';
    return warn('api', `${text}; end within 30 days: ${ending.join(', ')}`, fix);
  }
  return pass('api', text);
}
