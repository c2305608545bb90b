import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { StressShocks } from '#core/risk/measure/shocks.ts';
import { DeskConfig } from './desk-config.ts';
import { OLD_NAMES } from './old-names.ts';

const TEXT = readFileSync(resolve(import.meta.dirname, '../../config/default.yaml'), 'utf8');
const defaults = parse(TEXT) as Record<string, Record<string, unknown>>;

/** The defaults with one section changed. */
function withSection(name: string, change: Record<string, unknown>): unknown {
  return { ...defaults, [name]: { ...defaults[name], ...change } };
}

function messages(value: unknown): string[] {
  const parsed = DeskConfig.safeParse(value);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('DeskConfig', () => {
  it('accepts config/default.yaml, which has every key', () => {
    const config = DeskConfig.parse(defaults);

    // What a schema fills in must stand in the file too, so that the file documents everything.
    expect(keysOf(config)).toEqual(keysOf(defaults));
  });

  it('has the same shocks in the file as in the program, which are checked against records', () => {
    const { risk_agent: section } = DeskConfig.parse(defaults);

    expect(section.stress.shocks).toEqual(StressShocks.parse(undefined));
  });

  it.each([
    [
      'a minimum above its maximum',
      withSection('coordinator', { workers: { min: 3, max: 2 } }),
      'workers',
    ],
    [
      'weights that sum to 0',
      withSection('committee', { analysts: [{ name: 'trend', weight: 0 }] }),
      'committee.analysts',
    ],
    [
      'a stop wider than the halt',
      withSection('committee', { stop: { min_fraction: 0.01, max_fraction: 0.5 } }),
      'wider than the halt',
    ],
    [
      'production on an exchange without keys',
      {
        ...defaults,
        mode: 'production',
        exchange: { ...defaults['exchange'], name: 'binance' },
      },
      'exchange.api_key: production needs the keys',
    ],
    [
      'metrics ports that include the gateway’s',
      withSection('metrics', { base_port: 7_990 }),
      'the ports 7990 to 8064 are for metrics, and gateway.port is 8000',
    ],
    [
      'half a key',
      withSection('exchange', { api_key: 'planted-key' }),
      'exchange.api_secret: exchange.api_key and exchange.api_secret are set together',
    ],
    [
      'keys in two places',
      withSection('exchange', { api_key: 'a', api_secret: 'b', keystore: 'main' }),
      'keep one of the two',
    ],
    [
      'a test network of the practice exchange',
      withSection('exchange', { sandbox: true }),
      'the test network is an address of its own',
    ],
    [
      'a pair of the chain in another quote asset',
      withSection('pair_selector', { chain: [{ name: 'static', pairs: ['BTC/USDT', 'ETH/BTC'] }] }),
      'pair_selector.chain.0.pairs.1: the desk',
    ],
    [
      'a pair in another quote asset',
      { ...defaults, pairs: ['ETH/BTC'] },
      "the desk's account is in USDT",
    ],
    [
      'a replay on a real exchange',
      {
        ...(withSection('practice', { replay: { files: ['x.csv'] } }) as object),
        exchange: { ...defaults['exchange'], name: 'binance' },
      },
      'a replay runs on the practice exchange',
    ],
  ])('refuses %s', (_, value, text) => {
    expect(messages(value).join('\n')).toContain(text);
  });
});

describe('old names', () => {
  it('lead to keys that exist', () => {
    const keys = keysOf(defaults);

    expect(OLD_NAMES.filter(({ to }) => !keys.includes(to))).toEqual([]);
  });
});

// Keys with their nesting; lists count as values.
function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value)
    .flatMap(([key, inner]) => keysOf(inner, prefix === '' ? key : `${prefix}.${key}`))
    .toSorted();
}
