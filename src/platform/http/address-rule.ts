import { BlockList, isIP } from 'node:net';

/**
 * Addresses that a feed from the internet has no business with: this machine, its networks, cloud
 * metadata, and forms of IPv6 that carry an IPv4 address and so lead to the same. After the IANA
 * registries of special-purpose addresses (RFC 6890 and its updates).
 */
const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata service of every large cloud in it.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved and broadcast.
  ['224.0.0.0', 3],
] as const;

/** The internet is 2000::/3: what lies outside is local, carries an IPv4 address or is nobody's. */
const PRIVATE_V6 = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
] as const;

/** Prefixes behind which an IPv4 address follows, by the number of 16-bit groups before it. */
const CARRIERS = [
  { prefix: '0:0:0:0:0:ffff:', groups: 6 },
  { prefix: '64:ff9b:0:0:0:0:', groups: 6 },
  { prefix: '2002:', groups: 1 },
] as const;

// Apart: of a list of both kinds Node holds an IPv4 address against its form in IPv6 too.
const blockedV4 = new BlockList();
const blockedV6 = new BlockList();
for (const [net, bits] of PRIVATE_V4) blockedV4.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of PRIVATE_V6) blockedV6.addSubnet(net, bits, 'ipv6');

/** True for what is not an address of the public internet; also for what is no address at all. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 4) return blockedV4.check(bare, 'ipv4');
  if (family !== 6) return true;
  const carried = carriedV4(bare);
  if (carried !== undefined) return blockedV4.check(carried, 'ipv4');
  return blockedV6.check(bare, 'ipv6');
}

/** The IPv4 address inside a mapped, NAT64 or 6to4 address. */
function carriedV4(address: string): string | undefined {
  const groups = groupsOf(address);
  const text = `${groups.map((group) => group.toString(16)).join(':')}:`;
  const carrier = CARRIERS.find(({ prefix }) => text.startsWith(prefix));
  if (carrier === undefined) return undefined;
  const [high = 0, low = 0] = groups.slice(carrier.groups);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...found) => {
    const [a = 0, b = 0, c = 0, d = 0] = found.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const numbers = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = numbers(head);
  const right = tail === undefined ? [] : numbers(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
