import { isIPv6, SocketAddress } from 'node:net';

const NETWORK_GROUPS = 4;
const GROUPS = 8;

/**
 * Whose doing a request counts as: the address, or for IPv6 its /64 network, since one machine has
 * all addresses of that.
 */
export function neighbourhood(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = address] = address.split('%');
  if (!isIPv6(plain)) return address;
  const { address: short } = new SocketAddress({ address: plain, family: 'ipv6' });
  const [head = '', tail] = short.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: GROUPS - first.length - last.length }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
