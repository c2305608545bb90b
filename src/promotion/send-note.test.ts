import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAuditFile } from '#ledger/check/check-audit.ts';
import { openLedger } from '#ledger/open-ledger.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { sendNote } from './send-note.ts';
import type { NoteCommand } from './write-note.ts';

const clock = systemClock();
const OPTIONS = { deskId: 'desk', owner: 'test', nowMs: 1, synchronous: 'normal' } as const;

let dataDir: string;
let path: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nd-note-'));
  path = join(dataDir, 'ledger.db');
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const promote: NoteCommand = {
  id: 'command-1',
  kind: 'promote',
  by: 'ann',
  origin: 'desk-1',
  reason: 'ready',
  promotion: { decisionHash: 'a'.repeat(64), venue: 'practice', checklist: [] },
  issuedMs: 1,
};

describe('sendNote while the desk is down', () => {
  it('writes the record once, with who and from where, into the audit too', async () => {
    await (await openLedger({ path, ...OPTIONS })).close();
    const first = await sendNote(promote, { dataDir, deskId: 'desk', clock });
    const second = await sendNote(promote, { dataDir, deskId: 'desk', clock });

    expect(first.message).toBe('promoted for practice, decision aaaaaaaa');
    expect(second, 'the answer of the first time').toEqual(first);
    const reader = await openLedgerReader(path);
    const records = await reader.promotions();
    const { rows } = await reader.audit({ limit: 9, kind: 'promoted' });
    const events = await reader.events({ afterSeq: 0, limit: 9 });
    await reader.close();
    expect(events.map(({ event }) => event)).toMatchObject([
      { kind: 'promotion.changed', change: 'promoted', by: 'ann', reason: 'ready' },
      { kind: 'command.done', command: 'promote', by: 'ann', result: first.message },
    ]);
    expect(records).toMatchObject([{ kind: 'promoted', by: 'ann', origin: 'desk-1' }]);
    expect(rows).toMatchObject([{ who: 'ann', origin: 'desk-1', why: 'ready' }]);
    expect(checkAuditFile(path).ok).toBe(true);
  });

  it('is refused where no desk has run, and while another writer has the ledger', async () => {
    const desk = { dataDir, deskId: 'desk', clock };
    await expect(sendNote(promote, desk)).rejects.toThrow('no desk has run');

    const ledger = await openLedger({ path, ...OPTIONS });
    await expect(sendNote(promote, desk)).rejects.toMatchObject({ code: 'ledger.in-use' });
    await ledger.close();
  });
});
