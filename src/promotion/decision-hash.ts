import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isSecretKey } from '#platform/config/secrets.ts';

/** Sections that say how the desk decides. A promotion speaks for these settings alone. */
export const DECIDING_SECTIONS: ReadonlySet<string> = new Set([
  'timeframe',
  'pairs',
  'quote_asset',
  'committee',
  'trading_worker',
  'risk_limits',
  'execution',
]);

/** Of `execution`: what an account has, how long the desk waits and what a person wants, not what it orders. */
const OTHER_KEYS: ReadonlySet<string> = new Set([
  'execution.shadow_capital',
  'execution.live_capital',
  'execution.allow_withdraw_keys',
  'execution.lease_ms',
  'execution.reconcile_ms',
  'execution.command_timeout_ms',
  'execution.manual',
  'execution.paper',
]);

const CODE: readonly string[] = [
  'src/core/committee',
  'src/core/indicators',
  'src/core/money',
  'src/core/orders',
  'src/core/patterns',
  'src/core/portfolio',
  'src/core/risk',
  'src/agents/execution',
  'src/agents/trading-worker',
  'src/broker/live',
];

type Tree = Readonly<Record<string, unknown>>;

/** Lower-case hex. `root` is the project's folder. */
export function decisionHash(config: Tree, root: string): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(canonical(decisionSettings(config))));
  for (const file of [...CODE.flatMap((folder) => sources(root, folder)), ...ownAnalysts(config)]) {
    hash.update(`\n${file}\n`);
    hash.update(existsSync(resolve(root, file)) ? readFileSync(resolve(root, file)) : 'missing');
  }
  return hash.digest('hex');
}

/** Whether a promotion speaks for what this key says. */
export function isDeciding(key: string): boolean {
  const parts = key.split('.');
  const isOther = parts.some((_, index) => OTHER_KEYS.has(parts.slice(0, index + 1).join('.')));
  return DECIDING_SECTIONS.has(parts[0] ?? '') && !isOther;
}

/** Where orders go, as promotion and people name it. */
export function venueName(config: Tree): string {
  const { name, sandbox, base_url: baseUrl } = section(config, 'exchange');
  const known = String(name);
  if (known === 'practice') return known;
  if (sandbox === true) return `${known} test network`;
  return typeof baseUrl === 'string' ? `${known} at ${baseUrl}` : known;
}

export function decisionSettings(config: Tree): Tree {
  const settings: Record<string, unknown> = { venue: venueName(config) };
  for (const name of DECIDING_SECTIONS) settings[name] = withoutOthers(config[name], name);
  return settings;
}

function withoutOthers(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutOthers(item, path));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key]) => !OTHER_KEYS.has(`${path}.${key}`) && !isSecretKey([key]))
    .map(([key, inner]) => [key, withoutOthers(inner, `${path}.${key}`)]);
  return Object.fromEntries(kept);
}

/** The same settings in another order are the same. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, canonical(inner)]);
}

/** Tests decide nothing. */
function sources(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .filter((name) => !name.startsWith('simulation/'))
    .toSorted()
    .map((name) => join(folder, name));
}

/** The user's own analysts are code that decides; workers find them from the project's folder. */
function ownAnalysts(config: Tree): string[] {
  const { analysts } = section(config, 'committee');
  if (!Array.isArray(analysts)) return [];
  return analysts.flatMap((member: unknown) => {
    const { file } = tree(member);
    return typeof file === 'string' ? [file] : [];
  });
}

function section(config: Tree, name: string): Tree {
  return tree(config[name]);
}

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}
