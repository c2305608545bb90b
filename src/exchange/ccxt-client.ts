import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nearest } from '#platform/config/nearest.ts';
import { ConfigError } from '#platform/errors.ts';

/**
 * The only file that loads ccxt. One exchange class is imported, by its path: the whole package
 * costs 143 MB, one class 80. What ccxt returns is `unknown` here and parsed where it is used.
 *
 * Settings that matter (each has a test): no retries of its own, no limiter of its own (ours counts
 * weight), an agent for plain ws:// (practice), spot error codes also on a foreign base URL.
 */
export interface CcxtClient {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  readonly requiredCredentials?: Readonly<Record<string, unknown>>;
  readonly timeframes?: Readonly<Record<string, unknown>>;
  readonly markets: Readonly<Record<string, unknown>> | undefined;
  /** Live sockets by URL. */
  clients: Record<string, CcxtSocket>;
  log: (...args: unknown[]) => void;
  exceptions: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  getExceptionsByUrl?: (url: string, kind: string) => unknown;
  handleErrors: (...args: unknown[]) => unknown;
  handleHttpStatusCode: (...args: unknown[]) => unknown;
  onRestResponse: (...args: unknown[]) => unknown;
  onClose: (...args: unknown[]) => void;
  onError: (...args: unknown[]) => void;
  handleMessage: (socket: CcxtSocket, message: unknown) => void;
  handleOrderBookSubscription?: (...args: unknown[]) => void;
  /** Names the socket of a subscription, on venues where ccxt keeps several. */
  stream?: (...args: unknown[]) => string;
  watchMultiple: (url: string, ...rest: unknown[]) => Promise<unknown>;
  readonly urls?: Readonly<Record<string, unknown>>;
  setSandboxMode?: (isOn: boolean) => void;
  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(reload?: boolean, params?: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

export interface CcxtSocket {
  readonly url: string;
  readonly connection?: { terminate?: () => void };
  readonly send?: (message: unknown) => Promise<unknown>;
}

const SocketApi = z.looseObject({
  ws: z.looseObject({ 'ws-api': z.looseObject({ spot: z.string() }) }),
});

export type CcxtMethod = (...args: unknown[]) => Promise<unknown>;

export interface ClientOptions {
  readonly exchangeId: string;
  readonly baseUrl?: string | undefined;
  readonly wsUrl?: string | undefined;
  readonly requestTimeoutMs: number;
  /** The venue's test network in place of the venue. */
  readonly isSandbox?: boolean;
  /** Of the account; market data needs none. */
  readonly keys?: { readonly apiKey: string; readonly secret: string };
}

type ClientClass = new (config: Record<string, unknown>) => CcxtClient;

/** Venues that speak Binance's spot protocol, so raw messages and endpoints can be read. */
const BINANCE_SHAPED: ReadonlySet<string> = new Set(['practice', 'binance', 'binanceus']);

export function isBinanceShaped(exchangeId: string): boolean {
  return BINANCE_SHAPED.has(exchangeId);
}

/** Loads the class of one venue and builds a client; no request is made. */
export async function loadClient(options: ClientOptions): Promise<CcxtClient> {
  const classId = options.exchangeId === 'practice' ? 'binance' : options.exchangeId;
  if (options.baseUrl !== undefined && !isBinanceShaped(options.exchangeId)) {
    throw new ConfigError(
      `exchange.base_url needs a Binance-shaped venue, ${options.exchangeId} is none`,
    );
  }
  const Client = await importClass(classId);
  const client = new Client({
    timeout: options.requestTimeoutMs,
    enableRateLimit: false,
    ...urlsOf(options),
    ...options.keys,
    options: {
      maxRetriesOnFailure: 0,
      fetchMarkets: { types: ['spot'] },
      defaultType: 'spot',
      fetchCurrencies: false,
      fetchMargins: false,
      // Ours waits between dials; a dead peer is found in 20 s at the latest, a mute one sooner by
      // the data agent's cross-check.
      ws: { backoff: { base: 0 }, keepAlive: 10_000, connectionTimeout: 5_000 },
    },
  });
  // ccxt writes unparsable frames to the console; the parser counts them instead.
  client.log = () => undefined;
  // Only known host names get the spot table otherwise: codes such as -1008 would change class.
  if (client.getExceptionsByUrl !== undefined && isBinanceShaped(options.exchangeId)) {
    client.getExceptionsByUrl = (_url, kind) => client.exceptions['spot']?.[kind] ?? {};
  }
  if (options.isSandbox === true) enterSandbox(client, options.exchangeId);
  await client.loadHttpProxyAgent();
  return client;
}

// ccxt knows the addresses of test networks; for a venue without one it would keep the real ones.
function enterSandbox(client: CcxtClient, exchangeId: string): void {
  const test: unknown = client.urls?.['test'];
  if (typeof test !== 'object' || test === null || client.setSandboxMode === undefined) {
    throw new ConfigError(`exchange.sandbox: ${exchangeId} has no test network that ccxt knows`);
  }
  client.setSandboxMode(true);
}

/** Where the WebSocket API of a Binance-shaped venue is; undefined when it has none. */
export function socketApiUrl(client: Pick<CcxtClient, 'urls'>): string | undefined {
  const parsed = SocketApi.safeParse(client.urls?.['api']);
  return parsed.success ? parsed.data.ws['ws-api'].spot : undefined;
}

/** Calls a ccxt method by name; venues differ in what they have. */
export function methodOf(client: CcxtClient, name: string): CcxtMethod | undefined {
  const method = (client as unknown as Record<string, unknown>)[name];
  if (typeof method !== 'function') return undefined;
  return (...args) => (method as CcxtMethod).apply(client, args);
}

/** Unified methods are declared in `has`; endpoint methods and loadMarkets are not. */
export function isSupported(client: CcxtClient, method: string): boolean {
  const declared = client.has[method];
  // `emulated` costs several calls; it works all the same.
  return declared === undefined || declared === true || declared === 'emulated';
}

/** Candle lengths the venue has; undefined when ccxt does not say. */
export function timeframesOf(
  client: Pick<CcxtClient, 'timeframes'>,
): readonly string[] | undefined {
  const names = Object.keys(client.timeframes ?? {});
  return names.length === 0 ? undefined : names;
}

async function importClass(classId: string): Promise<ClientClass> {
  const folder = new URL('./src/pro/', import.meta.resolve('ccxt'));
  const known = readdirSync(fileURLToPath(folder))
    .filter((name) => name.endsWith('.js'))
    .map((name) => name.slice(0, -'.js'.length));
  if (!known.includes(classId)) {
    const meant = nearest(classId, known);
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    throw new ConfigError(`exchange.name: no venue "${classId}" with WebSocket support${hint}`);
  }
  const module = (await import(new URL(`${classId}.js`, folder).href)) as { default: ClientClass };
  return module.default;
}

function urlsOf(options: ClientOptions): Record<string, unknown> {
  const { baseUrl, wsUrl } = options;
  if (baseUrl === undefined && wsUrl === undefined) return {};
  const rest = baseUrl?.replace(/\/$/, '');
  const ws = wsUrl?.replace(/\/$/, '');
  return {
    urls: {
      api: {
        ...(rest === undefined
          ? {}
          : {
              public: `${rest}/api/v3`,
              private: `${rest}/api/v3`,
              v1: `${rest}/api/v1`,
              sapi: `${rest}/sapi/v1`,
              sapiV2: `${rest}/sapi/v2`,
              sapiV3: `${rest}/sapi/v3`,
              sapiV4: `${rest}/sapi/v4`,
            }),
        ...(ws === undefined
          ? {}
          : {
              ws: {
                spot: `${ws}/ws`,
                margin: `${ws}/ws`,
                'ws-api': { spot: `${ws}/ws-api/v3` },
              },
            }),
      },
    },
  };
}
