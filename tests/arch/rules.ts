import type { Import } from './imports.ts';

/**
 * Which folder may import which (docs/architecture.md has the reasons). A zone is the longest
 * listed prefix of a path. Within its own zone a file may import freely.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/platform': [],
  'src/bus': ['src/core', 'src/platform'],
  'src/cache': ['src/core', 'src/platform'],
  'src/exchange': ['src/core', 'src/platform'],
  'src/ledger': ['src/core', 'src/platform'],
  // Its writer is the gateway; SQLite comes by the ledger's connection.
  'src/history': ['src/core', 'src/platform', 'src/ledger'],
  'src/broker': ['src/core', 'src/platform', 'src/exchange', 'src/ledger'],
  'src/promotion': ['src/core', 'src/platform', 'src/ledger'],
  'src/practice': ['src/core/model', 'src/platform'],
  'src/agents/data': ['src/core', 'src/platform', 'src/bus', 'src/cache', 'src/exchange'],
  'src/agents/trading-worker': ['src/core', 'src/platform', 'src/bus', 'src/cache'],
  'src/agents/execution': [
    'src/core',
    'src/platform',
    'src/bus',
    'src/exchange',
    'src/ledger',
    'src/broker',
    'src/promotion',
    'src/universe',
  ],
  'src/agents/gateway': [
    'src/core',
    'src/platform',
    'src/bus',
    'src/cache',
    'src/ledger',
    'src/history',
  ],
  'src/agents/notifier': [
    'src/core',
    'src/platform',
    'src/bus',
    'src/ledger',
    'src/history',
    'src/promotion',
  ],
  // Fetches what is not the venue's, for whoever wants it.
  'src/sources': ['src/core', 'src/platform'],
  'src/agents/risk': ['src/core', 'src/platform', 'src/bus', 'src/cache', 'src/ledger'],
  'src/agents/pair-selector': [
    'src/core',
    'src/platform',
    'src/bus',
    'src/cache',
    'src/ledger',
    'src/sources',
    'src/universe',
  ],
  // Files of the pair-selector that the command line reads too.
  'src/universe': ['src/core', 'src/platform'],
  'src/agents/sentiment': ['src/core', 'src/platform', 'src/bus', 'src/cache', 'src/sources'],
  // Light agents in one process: it loads their specs by name.
  'src/agents/together': ['src/platform'],
  'src/coordinator': ['src/core/model', 'src/platform', 'src/bus'],
  // The one place that sees every part's config schema, and nothing else of them.
  'src/desk-config': ['src/core', 'src/platform'],
  // Looks at a desk from outside, as its operator would.
  'src/doctor': [
    'src/core',
    'src/platform',
    'src/bus',
    'src/exchange',
    'src/ledger',
    'src/desk-config',
    'src/backup',
  ],
  // Copies of a data folder; never opens a ledger to write into it.
  'src/backup': ['src/core', 'src/platform', 'src/ledger'],
  // Runs the live broker on an account without a desk.
  'src/conformance': ['src/core', 'src/platform', 'src/exchange', 'src/broker'],
  'src/cli': [
    'src/conformance',
    'src/backup',
    'src/doctor',
    'src/core',
    'src/platform',
    'src/bus',
    'src/ledger',
    'src/promotion',
    'src/coordinator',
    'src/desk-config',
    'src/universe',
  ],
};

/** Packages with weight or danger, and the only folders that may load them. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  ccxt: ['src/exchange'],
  bullmq: ['src/bus'],
  ioredis: ['src/platform/redis', 'src/bus', 'src/cache', 'src/coordinator'],
  fastify: ['src/agents/gateway'],
  '@fastify/swagger': ['src/agents/gateway'],
  '@fastify/swagger-ui': ['src/agents/gateway'],
  kysely: ['src/ledger', 'src/history'],
  'node:sqlite': ['src/ledger'],
  telegraf: ['src/agents/notifier/telegram'],
  ws: ['src/practice', 'src/exchange', 'src/agents/gateway/stream'],
  'big.js': ['src/core/money'],
  'trading-signals': ['src/core/indicators'],
  'prom-client': ['src/platform', 'src/agents/gateway'],
  pino: ['src/platform'],
  undici: ['src/platform/http'],
  quadprog: ['src/core/allocation'],
  'wink-sentiment': ['src/core/sentiment'],
  tinyld: ['src/core/sentiment'],
  'fast-xml-parser': ['src/sources'],
  '@resvg/resvg-wasm': ['src/agents/notifier/reports'],
  '@opentelemetry/api': ['src/platform/tracing/open-tracing.ts'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/platform/tracing/open-tracing.ts'],
  '@opentelemetry/resources': ['src/platform/tracing/open-tracing.ts'],
  '@opentelemetry/sdk-trace': ['src/platform/tracing/open-tracing.ts'],
};

/** Core is pure: besides itself it may use only these packages. */
const CORE_PACKAGES = ['zod', 'big.js', 'trading-signals', 'quadprog', 'wink-sentiment', 'tinyld'];

/**
 * Only execution writes the ledger; others get the reader and the check. `promote` and `conformance`
 * write their records as the one writer while no desk runs, and ask execution while one does.
 */
const LEDGER_WRITERS = ['src/agents/execution', 'src/broker', 'src/promotion'];
const LEDGER_READ_DOORS =
  /^src\/ledger\/(open-reader|read-trades|reader|records|check|sqlite|config|rows|migrations)/;

/** Says what is wrong with an import, or nothing. */
export function violation(entry: Import): string | undefined {
  const zone = zoneOf(entry.from);
  if (zone === undefined)
    return `${entry.from} is in no known folder: add it to tests/arch/rules.ts`;
  return entry.to.startsWith('src/') ? ownViolation(zone, entry) : packageViolation(zone, entry);
}

function ownViolation(zone: string, entry: Import): string | undefined {
  const text = `${entry.from} imports ${entry.to}`;
  if (isUnder(entry.to, zone)) return undefined;
  if (zone === 'src/desk-config' && entry.to.endsWith('/config.ts')) return undefined;
  const allowed = MAY_IMPORT[zone] ?? [];
  if (!allowed.some((prefix) => isUnder(entry.to, prefix))) {
    return `${text}: ${zone} may import only ${allowed.join(', ') || 'itself'}`;
  }
  const isLedgerWrite = isUnder(entry.to, 'src/ledger') && !LEDGER_READ_DOORS.test(entry.to);
  if (isLedgerWrite && !LEDGER_WRITERS.includes(zone))
    return `${text}: only execution writes the ledger`;
  return undefined;
}

function packageViolation(zone: string, entry: Import): string | undefined {
  const text = `${entry.from} imports ${entry.to}`;
  if (zone === 'src/core' && !CORE_PACKAGES.includes(entry.to)) return `${text}: core is pure`;
  const homes = PACKAGE_HOMES[entry.to];
  if (homes !== undefined && !homes.some((home) => isUnder(entry.from, home))) {
    return `${text}: it belongs to ${homes.join(', ')}`;
  }
  return undefined;
}

function zoneOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((zone) => isUnder(path, zone))
    .toSorted((a, b) => b.length - a.length)[0];
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
