import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAuditFile } from '../check/check-audit.ts';
import { open, orderOf, T0, tempLedger, trade } from '../ledger.fixture.ts';
import { openLedgerReader } from '../open-reader.ts';
import { type AuditRow, auditRow, genesis, hashOf } from './audit-row.ts';
import { type AuditProblem, verifyAudit } from './verify-audit.ts';

const NO_TRIGGERS = 'drop trigger audit_is_not_updated; drop trigger audit_is_not_deleted;';
const DESK = 'desk';

function chainOf(length: number): AuditRow[] {
  let head = genesis(DESK);
  return Array.from({ length }, (_, n) => {
    const row = auditRow(
      {
        atMs: T0 + n,
        kind: 'operator',
        ref: `command ${n}`,
        who: 'ann',
        origin: 'desk-1',
        why: 'lunch',
        payload: { n },
      },
      head,
    );
    head = row;
    return row;
  });
}

function problemsOf(rows: readonly AuditRow[], written: readonly AuditRow[]): AuditProblem[] {
  const problems: AuditProblem[] = [];
  const kept = written.at(-1) ?? genesis(DESK);
  verifyAudit({ deskId: DESK, rows, kept }, (problem) => problems.push(problem));
  return problems;
}

/** A new hash over what stands in the row, as somebody who knows the program would write it. */
function rehashed(row: AuditRow): AuditRow {
  return { ...row, hash: hashOf(row) };
}

describe('verifyAudit', () => {
  it('finds a chain in order', () => {
    expect(problemsOf(chainOf(5), chainOf(5))).toEqual([]);
    expect(problemsOf([], [])).toEqual([]);
  });

  it('names a row of which any column was changed', () => {
    const changes = fc.constantFrom<Partial<AuditRow>>(
      { at_ms: 1 },
      { kind: 'promoted' },
      { ref: 'x' },
      { who: 'bob' },
      { origin: '' },
      { why: '' },
      { payload: '{}' },
      { prev_hash: genesis('other').hash },
    );
    fc.assert(
      fc.property(fc.nat(7), changes, (at, change) => {
        const rows = chainOf(8).map((row, n) => (n === at ? { ...row, ...change } : row));
        expect(problemsOf(rows, chainOf(8))).toEqual([{ kind: 'changed', seq: at + 1 }]);
      }),
    );
  });

  it('names the follower of a row that was changed and hashed again', () => {
    const rows = chainOf(6).map((row, n) => (n === 2 ? rehashed({ ...row, who: 'bob' }) : row));

    expect(problemsOf(rows, chainOf(6))).toEqual([{ kind: 'replaced', seq: 4 }]);
  });

  it('names what is missing, in the middle and at the end', () => {
    const rows = chainOf(9);

    expect(problemsOf([...rows.slice(0, 2), ...rows.slice(5)], rows)).toEqual([
      { kind: 'missing', from: 3, to: 5 },
    ]);
    expect(problemsOf(rows.slice(0, 7), rows)).toEqual([{ kind: 'truncated', from: 8, to: 9 }]);
    expect(problemsOf([], rows)).toEqual([{ kind: 'truncated', from: 1, to: 9 }]);
  });

  it('finds rows that changed places', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(7), { minLength: 2, maxLength: 2 }), ([a = 0, b = 1]) => {
        const rows = chainOf(8);
        const swapped = rows.map((row, n) => {
          const other = n === a ? rows[b] : n === b ? rows[a] : undefined;
          return other === undefined ? row : { ...other, seq: row.seq };
        });
        const changed = problemsOf(swapped, rows).filter(({ kind }) => kind === 'changed');
        expect(changed.map((problem) => problem.kind === 'changed' && problem.seq)).toEqual(
          [a + 1, b + 1].toSorted((x, y) => x - y),
        );
      }),
    );
  });

  it('finds a chain that was written anew as a whole only by a head from outside', () => {
    const witness = chainOf(4)[2];
    let before = genesis(DESK);
    const rewritten = chainOf(4).map((row) => {
      const next = rehashed({ ...row, who: 'bob', prev_hash: before.hash });
      before = next;
      return next;
    });
    const kept = rewritten.at(-1) ?? genesis(DESK);
    const chain = { deskId: DESK, rows: rewritten, kept };

    expect(problemsOf(rewritten, rewritten)).toEqual([]);
    expect(verifyAudit({ ...chain, witness }, () => undefined).witness).toBe('differs');
    expect(verifyAudit({ ...chain, rows: chainOf(4), witness }, () => undefined).witness).toBe(
      'matches',
    );
  });
});

describe('the audit of a ledger', () => {
  it('has orders, halts and operator actions in the transaction that wrote them', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'b1', trade: '1' });
    const action = { id: 'command-1', by: 'ann', kind: 'pause', result: 'ok', atMs: T0 };
    await temp.ledger.transaction(async (tx) => {
      const reason = 'ann: lunch';
      await tx.raiseHalt({ kind: 'paused', sinceMs: T0, reason, liftedBy: 'the operator' });
      await tx.raiseHalt({ kind: 'paused', sinceMs: T0, reason, liftedBy: 'the operator' });
      await tx.recordOperatorAction({ ...action, reason: 'lunch', origin: 'desk-1' });
      await tx.recordOperatorAction({ ...action, reason: 'lunch', origin: 'desk-1' });
      await tx.liftHalt('paused', T0);
    });
    const lost = temp.ledger.transaction(async (tx) => {
      await tx.createOrder(orderOf({ id: 'b2' }));
      throw new Error('planned');
    });
    await expect(lost).rejects.toThrow('planned');
    const reader = await openLedgerReader(temp.path);

    const { rows } = await reader.audit({ limit: 20 });
    await reader.close();

    expect(rows.map(({ kind, ref }) => `${kind} ${ref}`).toReversed()).toEqual([
      'audit.started desk',
      'order.created b1',
      'order.ended b1',
      'halt.raised paused',
      'operator command-1',
      'halt.lifted paused',
    ]);
    expect(rows[1]).toMatchObject({ who: 'ann', origin: 'desk-1', why: 'lunch' });
    expect(checkAuditFile(temp.path)).toMatchObject({ ok: true, rows: 6 });
    expect(temp.ledger.auditHead()).toMatch(/^6:[0-9a-f]{64}$/);
  });

  it('goes on with its chain after a restart', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'b1', trade: '1' });
    const before = temp.ledger.auditHead();
    const ledger = await temp.reopen();

    expect(ledger.auditHead()).toBe(before);
    await trade(ledger, { id: 'b2', trade: '2' });
    expect(checkAuditFile(temp.path)).toMatchObject({ ok: true, rows: 5 });
  });

  it('is not changed by a statement', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    const database = new DatabaseSync(temp.path);

    expect(() => database.exec(`update audit set who = 'bob'`)).toThrow('only appended');
    expect(() => database.exec('delete from audit')).toThrow('only appended');
    database.close();
  });

  it.each([
    [
      'an order that is gone',
      `delete from order_events; delete from fills; delete from orders where client_order_id = 'b2'`,
      'audit-order-differs',
    ],
    [
      'an order that came in by hand',
      `insert into orders select 99, 'x1', intent_id, account, pair, side, type, leg, 7, time_in_force, qty, price, stop_price, trailing_fraction, list_id, status, filled_qty, filled_quote, held_quote, venue_order_id, is_ended, created_ms, updated_ms from orders limit 1`,
      'audit-order-differs',
    ],
    ['a cut tail', `${NO_TRIGGERS} delete from audit where seq > 3`, 'audit-truncated'],
    [
      'a cut tail that the desk wrote on',
      `${NO_TRIGGERS} delete from audit where seq > 3`,
      'audit-missing',
    ],
  ])('shows %s', async (name, statement, code) => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'b1', trade: '1' });
    await trade(temp.ledger, { id: 'b2', trade: '2' });
    await temp.ledger.close();
    const database = new DatabaseSync(temp.path);
    database.exec('pragma foreign_keys = off');
    database.exec(statement);
    database.close();
    if (name.endsWith('wrote on')) {
      const ledger = await open(temp.path);
      await ledger.transaction((tx) => tx.liftHalt('paused', T0));
      await ledger.transaction((tx) => tx.createOrder(orderOf({ id: 'b3' })));
      await ledger.close();
    }

    const { problems } = checkAuditFile(temp.path);

    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
