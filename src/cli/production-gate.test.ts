import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from '#ledger/open-ledger.ts';
import { decisionHash } from '#promotion/decision-hash.ts';
import { assertMayStart } from './production-gate.ts';

const ROOT = join(import.meta.dirname, '../..');
const PRACTICE = { mode: 'production', exchange: { name: 'practice' }, timeframe: '1m' };

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-gate-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function start(config: Readonly<Record<string, unknown>>, override?: string) {
  return assertMayStart({ config, root: ROOT, dataDir, override });
}

async function record(kind: 'promoted' | 'demoted', atMs: number): Promise<void> {
  const path = join(dataDir, 'ledger.db');
  const options = { deskId: 'desk', owner: 'test', nowMs: 1, synchronous: 'normal' } as const;
  const ledger = await openLedger({ path, ...options });
  await ledger.transaction((tx) =>
    tx.recordPromotion({
      kind,
      atMs,
      decisionHash: decisionHash(PRACTICE, ROOT),
      venue: 'practice',
      venueAccount: undefined,
      by: 'ann',
      origin: '',
      reason: kind === 'demoted' ? 'drawdown' : '',
      checklist: [],
    }),
  );
  await ledger.close();
}

describe('assertMayStart', () => {
  it('refuses production that nobody decided on and says how to', async () => {
    await expect(start(PRACTICE)).rejects.toThrow(/never promoted.*--override/);
  });

  it('takes production with a reason and shows it, and shadow without', async () => {
    expect(await start(PRACTICE, 'first look')).toContain('OVERRIDDEN: first look');
    expect(await start({ ...PRACTICE, mode: 'shadow' })).toBeUndefined();
  });

  it('refuses a reason for shadow: the flag for production was forgotten', async () => {
    const shadow = { ...PRACTICE, mode: 'shadow' };

    await expect(start(shadow, 'first look')).rejects.toThrow(/add --production/);
  });

  it('takes production that was promoted, until it is demoted', async () => {
    await record('promoted', 1);
    expect(await start(PRACTICE)).toBeUndefined();

    await record('demoted', 2);
    await expect(start(PRACTICE)).rejects.toThrow(/demoted 1970-01-01 00:00 UTC: drawdown/);
  });

  it('refuses another venue and another way to decide', async () => {
    await record('promoted', 1);
    const binance = { ...PRACTICE, exchange: { name: 'binance' } };
    const faster = { ...PRACTICE, timeframe: '1s' };

    await expect(start(binance)).rejects.toThrow(/never promoted on this venue \(binance/);
    await expect(start(faster)).rejects.toThrow(/what decides has changed/);
  });
});
