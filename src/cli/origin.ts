import { hostname } from 'node:os';

/** Where the person who types is, for the audit: host, and the address a remote session came from. */
export function originOf(env: NodeJS.ProcessEnv): string {
  const [address] = (env['SSH_CONNECTION'] ?? '').split(' ');
  const remote = address === '' ? '' : ` from ${address}`;
  const sudo = env['SUDO_USER'];
  return `${hostname()}${remote}${sudo === undefined ? '' : ` as ${sudo} by sudo`}`;
}
