import { describe, expect, it } from 'vitest';
import { T0, tempLedger } from './ledger.fixture.ts';
import { openLedgerReader } from './open-reader.ts';
import { ledgerSource } from './reader-source.ts';

describe('a source of reads', () => {
  it('stamps what it reads: the same until something is committed', async () => {
    await using temp = await tempLedger();
    const source = ledgerSource(
      () => openLedgerReader(temp.path),
      () => undefined,
    );
    const before = await source.stamp();

    await source.read((reader) => reader.halts());
    expect(await source.stamp()).toBe(before);

    await temp.ledger.transaction((tx) =>
      tx.recordEvents([{ kind: 'halt.lifted', halt: 'paused' }], T0),
    );
    expect(await source.stamp()).not.toBe(before);
    await source.close();
  });

  it('never gives the stamp of a reader before', async () => {
    await using temp = await tempLedger();
    const source = ledgerSource(
      () => openLedgerReader(temp.path),
      () => undefined,
    );
    const before = await source.stamp();

    await source.close();

    expect(await source.stamp()).not.toBe(before);
    await source.close();
  });
});
