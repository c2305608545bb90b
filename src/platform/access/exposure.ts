import { isIP } from 'node:net';
import type { ApiToken } from './token-file.ts';

/** Whether only programs of this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

/**
 * What is wrong with listening there, if anything. An ended token will do: it lets nobody in, and a
 * desk that trades must come up again in the night a token ends.
 */
export function exposureProblem(host: string, tokens: readonly ApiToken[]): string | undefined {
  if (isLoopback(host) || tokens.length > 0) return undefined;
  return (
    `gateway.host: ${host} opens the API to the network, and there is no API token yet: ` +
    'make one with "./start-bot.sh tokens add NAME --role viewer", or listen on 127.0.0.1'
  );
}
