import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { effectOf, isClassified, RELOAD_EFFECTS } from './reload-effects.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const defaults: unknown = parse(readFileSync(resolve(ROOT, 'config/default.yaml'), 'utf8'));

function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) =>
    keysOf(inner, prefix === '' ? key : `${prefix}.${key}`),
  );
}

describe('effects of a reload', () => {
  it('are known for every key of the defaults', () => {
    expect(keysOf(defaults).filter((key) => !isClassified(key))).toEqual([]);
  });

  it('are of keys that exist', () => {
    const keys = keysOf(defaults);
    const gone = Object.keys(RELOAD_EFFECTS).filter(
      (entry) => !keys.some((key) => key === entry || key.startsWith(`${entry}.`)),
    );

    expect(gone).toEqual([]);
  });

  it.each([
    ['risk_limits.daily_loss_max', 'now'],
    ['trading_worker.concurrency', 'restarts'],
    ['exchange.api_key', 'desk-restart'],
    ['nobody.knows', 'desk-restart'],
  ])('%s: %s', (key, kind) => {
    expect(effectOf(key).kind).toBe(kind);
  });

  it('stand in docs/reload.md as they are', () => {
    const text = readFileSync(resolve(ROOT, 'docs/reload.md'), 'utf8');
    const missing = Object.entries(RELOAD_EFFECTS).filter(([key, effect]) => {
      const who = effect.kind === 'desk-restart' ? 'desk' : effect.agents.join(', ');
      return !text.includes(`| \`${key}\` | ${effect.kind} | ${who} |`);
    });

    expect(missing).toEqual([]);
  });
});
