/**
 * Whether a request was meant for this desk. A page on the web can have its own name resolve to
 * loopback and then read the API in the user's browser; the name it was opened under gives it away.
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * True for addresses, for names that nobody can register (`localhost`, a single word such as a
 * container's, `.internal`), and for names of this machine. Browsers always send the header; what
 * sends none is no browser.
 */
export function isOwnHost(header: string | undefined, listensOn: string): boolean {
  if (header === undefined) return true;
  const name = URL.parse(`http://${header}`)?.hostname ?? '';
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  const isPrivate = /^[^.]+$/.test(name) || /\.(localhost|internal)$/.test(name);
  return isPrivate || [listensOn, hostname()].some((own) => own.toLowerCase() === name);
}
