import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DECIDING_SECTIONS, decisionHash, venueName } from './decision-hash.ts';

type Tree = Record<string, unknown>;

const ROOT = join(import.meta.dirname, '../..');
const defaults = parse(readFileSync(join(ROOT, 'config/default.yaml'), 'utf8')) as Tree;

/** Sections that decide nothing. A new one must be put here or among those that do. */
const OTHER = [
  'mode',
  'exchange',
  'desk_id',
  'data_dir',
  'coordinator',
  'data_agent',
  'risk_agent',
  'pair_selector',
  'sentiment_agent',
  'storage',
  'gateway',
  'notifier',
  'practice',
  'promotion',
  'cache',
  'redis',
  'logging',
  'tracing',
  'backup',
  'metrics',
];

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nightdesk-hash-'));
  cpSync(join(ROOT, 'src/core/risk'), join(root, 'src/core/risk'), { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function changed(path: string, value: unknown): Tree {
  const copy = structuredClone(defaults);
  const keys = path.split('.');
  let at = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Tree;
  at[keys.at(-1) ?? ''] = value;
  return copy;
}

describe('decisionHash', () => {
  it('knows of every section of the config whether it decides', () => {
    const known = new Set([...DECIDING_SECTIONS, ...OTHER]);

    expect(Object.keys(defaults).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each([
    ['committee.min_confidence', 0.71],
    ['risk_limits.risk_fraction', 0.002],
    ['timeframe', '5m'],
    ['pairs', ['BTC/USDT']],
    ['exchange.name', 'binance'],
    ['exchange.sandbox', true],
  ])('is another when %s changes', (path, value) => {
    // The test network of the practice exchange is none.
    const base = path === 'exchange.sandbox' ? changed('exchange.name', 'binance') : defaults;
    const next =
      path === 'exchange.sandbox'
        ? { ...base, exchange: { name: 'binance', sandbox: value } }
        : changed(path, value);

    expect(decisionHash(next, root)).not.toBe(decisionHash(base, root));
  });

  it.each([
    ['logging.level', 'debug'],
    ['gateway.port', 1],
    ['exchange.api_key', 'planted'],
    ['exchange.base_url', 'http://127.0.0.1:7'],
    ['mode', 'production'],
    ['execution.shadow_capital', 5],
    ['keystore_access', { path: 'x' }],
    ['start', { id: 'x' }],
  ])('stays when %s changes', (path, value) => {
    expect(decisionHash(changed(path, value), root)).toBe(decisionHash(defaults, root));
  });

  it('does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(defaults).toReversed());

    expect(decisionHash(turned, root)).toBe(decisionHash(defaults, root));
  });

  it('is another when the code that decides changes, not when its tests do', () => {
    const before = decisionHash(defaults, root);
    writeFileSync(join(root, 'src/core/risk/gate.test.ts'), '// changed');
    expect(decisionHash(defaults, root)).toBe(before);

    const file = join(root, 'src/core/risk/gate.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('0', '1'));
    expect(decisionHash(defaults, root)).not.toBe(before);
  });

  it('is another when the file of an own analyst changes', () => {
    const own = changed('committee.analysts', [{ file: 'mine.ts', weight: 1 }]);
    writeFileSync(join(root, 'mine.ts'), 'export const analyst = 1;');
    const before = decisionHash(own, root);
    writeFileSync(join(root, 'mine.ts'), 'export const analyst = 2;');

    expect(decisionHash(own, root)).not.toBe(before);
  });
});

describe('venueName', () => {
  it('keeps test network, own address and practice apart', () => {
    expect(venueName({ exchange: { name: 'binance' } })).toBe('binance');
    expect(venueName({ exchange: { name: 'binance', sandbox: true } })).toBe(
      'binance test network',
    );
    expect(venueName({ exchange: { name: 'binance', base_url: 'http://x' } })).toBe(
      'binance at http://x',
    );
    expect(venueName({ exchange: { name: 'practice', base_url: 'http://x' } })).toBe('practice');
  });
});
