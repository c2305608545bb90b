import { describe, expect, it } from 'vitest';
import { Universe } from '#core/model/universe.ts';
import { checkAuditFile } from '#ledger/check/check-audit.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { T0, tempLedger } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { recordUniverse } from './record-universe.ts';

function universe(
  version: number,
  pairs: Readonly<Record<string, 'trade' | 'exit-only'>>,
  removed: Readonly<Record<string, string>> = {},
): Universe {
  const found = Object.entries(pairs).map(([pair, standing]) => {
    return { pair, standing, sinceMs: T0, why: `chosen in ${version}` };
  });
  const gone = Object.entries(removed).map(([pair, why]) => ({ pair, why }));
  const step = { step: 'spread', in: 9, out: found.length, removed: gone };
  return Universe.parse({ atMs: T0 + version, version, pairs: found, chain: [step] });
}

function recording(ledger: Pick<Ledger, 'transaction'>) {
  const failures: unknown[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const hear = recordUniverse({
    ledger,
    now: () => T0,
    background: (_name, work) => {
      last = work.catch((error: unknown) => void failures.push(error));
    },
  });
  return { hear, failures, written: () => last };
}

async function changesIn(path: string): Promise<string[][]> {
  const reader = await openLedgerReader(path);
  const { rows } = await reader.audit({ limit: 50, kind: 'universe' });
  await reader.close();
  return rows.toReversed().map(({ ref, payload }) => {
    const { changes } = payload as { changes: Record<string, string>[] };
    return [ref, ...changes.map(({ pair, from, to, why }) => `${pair} ${from} > ${to}: ${why}`)];
  });
}

describe('the universe in the audit', () => {
  it('has each change once, with its reason, in the chain of hashes', async () => {
    await using temp = await tempLedger();
    const { hear, written } = recording(temp.ledger);
    const both = universe(1, { 'A/USDT': 'trade', 'B/USDT': 'trade' });
    for (const heard of [both, both]) hear(heard);
    await written();
    hear(universe(2, { 'A/USDT': 'trade', 'B/USDT': 'exit-only' }));
    await written();
    hear(universe(1, { 'A/USDT': 'trade', 'B/USDT': 'trade' }));
    hear(universe(3, { 'A/USDT': 'trade' }, { 'B/USDT': 'spread 2.0 %' }));
    hear({ ...universe(3, { 'A/USDT': 'trade' }), atMs: T0 + 99 });
    await written();

    expect(await changesIn(temp.path)).toEqual([
      ['version 1', 'A/USDT out > trade: chosen in 1', 'B/USDT out > trade: chosen in 1'],
      ['version 2', 'B/USDT trade > exit-only: chosen in 2'],
      ['version 3', expect.stringMatching(/^B\/USDT exit-only > out: /)],
    ]);
    expect(checkAuditFile(temp.path).ok).toBe(true);
  });

  it('goes on from the last row after a restart: nothing twice, nothing left out', async () => {
    await using temp = await tempLedger();
    const before = recording(temp.ledger);
    before.hear(universe(1, { 'A/USDT': 'trade', 'B/USDT': 'trade' }));
    await before.written();

    const same = recording(temp.ledger);
    same.hear(universe(1, { 'A/USDT': 'trade', 'B/USDT': 'trade' }));
    await same.written();
    expect(await changesIn(temp.path)).toHaveLength(1);
    const after = recording(temp.ledger);
    after.hear(universe(4, { 'A/USDT': 'trade' }, { 'B/USDT': 'spread 2.0 %' }));
    await after.written();

    expect((await changesIn(temp.path)).at(-1)).toEqual([
      'version 4',
      'B/USDT trade > out: spread: spread 2.0 %',
    ]);
  });

  it('makes up for a write that failed when it hears the universe again', async () => {
    await using temp = await tempLedger();
    let isBroken = true;
    const { hear, written, failures } = recording({
      transaction: (run) =>
        isBroken ? Promise.reject(new Error('disk is full')) : temp.ledger.transaction(run),
    });
    hear(universe(1, { 'A/USDT': 'trade' }));
    await written();
    expect(failures).toHaveLength(1);

    isBroken = false;
    hear(universe(1, { 'A/USDT': 'trade' }));
    await written();

    expect(await changesIn(temp.path)).toHaveLength(1);
  });
});
