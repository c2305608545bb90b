import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { stepLimits } from '#core/risk/watch/step-limits.ts';
import { silentLog } from '#platform/log/log.ts';
import { keptFile } from '#platform/files/kept-file.ts';
import { KeptMemory, openRiskMemory } from './kept-memory.ts';

const BTC = Pair.parse('BTC/USDT');
const RULES = { recoveryMs: 60_000, unprotectedMs: 120_000 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'risk-memory-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () =>
  openRiskMemory(keptFile(join(folder, 'risk', 'memory.json'), KeptMemory, silentLog()), 1_000);

const LIMITS = stepLimits(
  new Map(),
  [{ name: 'drawdown', scope: 'account', value: 0.08, bounds: { warn: 0.05, halt: 0.1 } }],
  { nowMs: 1_000, rules: { margin: 0.1, recoveryMs: 60_000 } },
);
const SOME = {
  limits: new Map(
    [...LIMITS].map(([key, limit]) => [
      key,
      { ...limit, riskAtRise: 0.04, unreadAtRise: [[BTC, 0.2] as const] },
    ]),
  ),
  alarms: {
    profits: [{ atMs: 1_000, quote: -3.5 }],
    unprotectedSinceMs: new Map([['BTC/USDT', 900]]),
    overExposed: true,
  },
  told: new Map([['flatten', { id: 'x'.repeat(32), atMs: 1_000, isDone: true }]]),
  warned: new Map([['drawdown  warn', 1_000]]),
  recordFromMs: 500,
};

describe('the memory of the risk agent', () => {
  it('is the same for the next process', () => {
    const memory = open();
    memory.keep(SOME, 1_000);

    expect(open().recall({ ...RULES, nowMs: 2_000 })).toEqual(SOME);
  });

  it('knows when it looked last, whatever was kept since', () => {
    const memory = open();
    memory.keep(SOME, 1_000);
    memory.keep({ told: new Map() });

    const later = open().recall({ ...RULES, nowMs: 61_000 });
    expect(later.limits.get('drawdown')?.calmSinceMs).toBe(1_000);
    expect(later.told.size).toBe(0);
  });

  it.each([
    ['no JSON', '{"atMs": 1'],
    ['of another shape', '{"atMs": 1, "limits": [["drawdown", {"level": "awful"}]]}'],
  ])('begins anew from a file that is %s, and keeps again', (_, text) => {
    mkdirSync(join(folder, 'risk'));
    writeFileSync(join(folder, 'risk', 'memory.json'), text);

    const memory = open();
    expect(memory.now().limits.size).toBe(0);
    memory.keep(SOME, 1_000);

    expect(open().now()).toEqual(SOME);
  });

  it('goes on in the process when nothing can be written', () => {
    // A file where the folder should be.
    writeFileSync(join(folder, 'risk'), '');
    const memory = open();

    memory.keep(SOME, 1_000);

    expect(memory.now()).toEqual(SOME);
  });
});
