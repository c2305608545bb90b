import { describe, expect, it } from 'vitest';
import { PAIR, tempLedger, trade } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { silentLog } from '#platform/log/log.ts';
import { lookAtDesk } from './desk-look.ts';

async function held(account: string): Promise<readonly string[]> {
  await using temp = await tempLedger();
  await trade(temp.ledger, { id: 'b1', trade: '1' });
  const ledger = ledgerSource(
    () => openLedgerReader(temp.path),
    () => undefined,
  );
  const bus = { all: () => Promise.resolve(new Map<string, never>()) };
  const look = lookAtDesk({ bus, ledger, log: silentLog(), now: () => 0, account });
  const found = await look.held();
  await ledger.close();
  return [...(found ?? [])];
}

describe('what the selector knows of the desk', () => {
  it('holds what its own account holds, not what the simulated one left open', async () => {
    expect(await held('shadow')).toEqual([PAIR]);
    expect(await held('live')).toEqual([]);
  });
});
