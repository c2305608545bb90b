import { lookup as lookUp } from 'node:dns';
import { createRequire } from 'node:module';
import { isIP, type Socket } from 'node:net';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import { isPrivateAddress } from './address-rule.ts';

/**
 * The parts of undici that are used here, by their own files: the whole of it, with `fetch`,
 * WebSocket and caches, takes 7 MB more. The version is exact, and the integration test fails when
 * they move. Loaded with the first pool, not with the process.
 */
interface Parts {
  readonly PoolOf: typeof Pool;
  readonly connectorOf: typeof buildConnector;
}

type RequestApi = Pick<Dispatcher, 'request'>;

let loaded: Parts | undefined;

function parts(): Parts {
  if (loaded !== undefined) return loaded;
  const load = createRequire(import.meta.url);
  const PoolOf = load('undici/lib/dispatcher/pool.js') as typeof Pool;
  const { request } = load('undici/lib/api/index.js') as RequestApi;
  // What undici's own index does for all of its calls.
  Object.assign(PoolOf.prototype, { request });
  loaded = { PoolOf, connectorOf: load('undici/lib/core/connect.js') as typeof buildConnector };
  return loaded;
}

export interface PoolOptions {
  readonly origin: string;
  readonly allowPrivate: boolean;
  readonly connectionsMax: number;
  readonly connectTimeoutMs: number;
}

/** An idle connection is closed after this: sources are asked once a minute or less. */
const KEEP_ALIVE_MS = 10_000;
const HEADER_BYTES_MAX = 16_384;

export function openPool(options: PoolOptions): Pool {
  const { origin, connectionsMax } = options;
  return new (parts().PoolOf)(origin, {
    connections: connectionsMax,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    connect: guardedConnector(options),
  });
}

/** The address of a connection is not allowed; undici passes it on as it is. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/**
 * Judges the address that is connected to, so that a name which changes between two questions gains
 * nothing: literals before, names by what they resolve to, and the peer of the open socket before
 * a byte is sent.
 */
function guardedConnector({
  allowPrivate,
  connectTimeoutMs,
}: PoolOptions): ReturnType<typeof buildConnector> {
  const { connectorOf } = parts();
  const settings = { allowH2: false, timeout: connectTimeoutMs, maxCachedSessions: 8 };
  if (allowPrivate) return connectorOf(settings);
  const connect = connectorOf({ ...settings, lookup: publicLookup } as typeof settings);
  return (target, callback) => {
    const name = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(name) !== 0 && isPrivateAddress(name)) {
      callback(new ForbiddenAddressError(), null);
      return;
    }
    connect(target, (...answer) => {
      const [error, socket] = answer;
      if (error !== null || isPublicPeer(socket)) {
        callback(...answer);
        return;
      }
      socket.destroy();
      callback(new ForbiddenAddressError(), null);
    });
  };
}

function isPublicPeer(socket: Socket): boolean {
  return socket.remoteAddress !== undefined && !isPrivateAddress(socket.remoteAddress);
}

type Found = { readonly address: string; readonly family: number };
type LookupDone = (error: Error | null, found?: string | readonly Found[], family?: number) => void;

/** Resolves to the public addresses of a name and to no others. */
function publicLookup(
  hostname: string,
  options: { readonly all?: boolean; readonly family?: number | 'IPv4' | 'IPv6' },
  done: LookupDone,
): void {
  lookUp(hostname, { ...options, all: true }, (error, all) => {
    if (error !== null) {
      done(error);
      return;
    }
    const open = all.filter(({ address }) => !isPrivateAddress(address));
    const [first] = open;
    if (first === undefined) done(new ForbiddenAddressError());
    else if (options.all === true) done(null, open);
    else done(null, first.address, first.family);
  });
}
