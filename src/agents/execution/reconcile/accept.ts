import { format, isPositive, isZero, min, sub } from '#core/money/decimal.ts';
import type { Decimal } from '#core/money/decimal.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import { baseOf } from '#core/model/pair.ts';
import { type Difference, gapOf } from '#core/reconcile/difference.ts';
import { uncovered } from '#core/reconcile/shares.ts';
import { differenceText } from '#core/reconcile/words.ts';
import type { ClientOrderId } from '#core/model/order.ts';
import type { LedgerTransaction, OutsideChange, RecordedDifference } from '#ledger/index.ts';
import { liftHalt } from '../account-mark.ts';
import type { Desk } from '../desk.ts';
import type { Draft } from '../journal.ts';
import { bookOrderEvents } from '../order-events.ts';
import { tellPosition } from '../tell-position.ts';
import { noteMoved, outsideChange } from './book-outside.ts';

interface Accepting {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
  readonly by: OutsideChange;
}

/**
 * Takes over what the venue has, for every difference that is open: booked against the adjustment
 * account, written with who accepted it, and the halt is lifted. Part of the command's transaction.
 */
export async function acceptOpen({
  desk,
  tx,
  draft,
  command,
}: {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
  readonly command: OperatorCommand;
}): Promise<string> {
  const { account } = desk.ports.config;
  if (desk.ports.account === undefined) return 'nothing to accept: the account is simulated';
  const open = await tx.openDifferences(account);
  if (open.length === 0) return 'nothing to accept: ledger and venue agree';
  const accepting = { desk, tx, draft, by: await outsideChange(desk, tx) };
  // Coins that are missing are first booked, then taken out of what the desk owned of them.
  const last = (each: RecordedDifference): boolean => each.difference.kind === 'uncovered';
  for (const each of [...open.filter((e) => !last(e)), ...open.filter(last)]) {
    await accept(accepting, each.difference);
    await keepRecord(accepting, each, command);
  }
  noteMoved(draft);
  const { atMs } = accepting.by;
  await liftHalt(desk, tx, draft, { kind: 'reconciliation', nowMs: atMs });
  const names = open.map(({ difference }) => difference.key).join(', ');
  return `accepted ${open.length}: ${names}`;
}

async function accept(accepting: Accepting, difference: Difference): Promise<void> {
  const { tx, by } = accepting;
  switch (difference.kind) {
    case 'balance': {
      const { asset } = difference;
      await tx.adjustBalance({ asset, amount: gapOf(difference) }, by);
      await cover(accepting, asset);
      return;
    }
    case 'uncovered':
      await cover(accepting, difference.asset);
      return;
    case 'order-gone':
      await endOrder(accepting, difference);
      return;
    case 'unrecorded':
    case 'other-desk':
      await tx.acceptExternal(by.account, difference.clientOrderId, by.atMs);
      return;
  }
}

/** Writes off what the desk owned of an asset and the account has no more. */
async function cover({ tx, draft, by }: Accepting, asset: string): Promise<void> {
  const share = (await tx.shares(by.account)).get(asset);
  if (share === undefined) return;
  let missing = uncovered(share);
  if (isZero(missing)) return;
  if (asset === by.quoteAsset) {
    const part = min(missing, share.free);
    if (isPositive(part)) await tx.coverQuote(format(part), by);
    return;
  }
  for (const { pair, qty } of await tx.positions(by.account)) {
    if (baseOf(pair) !== asset || !isPositive(missing)) continue;
    const part: Decimal = min(missing, qty);
    const { account, atMs } = by;
    const { position, roundTrip } = await tx.writeOff({ account, pair, qty: format(part), atMs });
    tellPosition(draft, position, { roundTrip, cause: 'written-off' });
    missing = sub(missing, part);
  }
}

async function endOrder(
  { desk, tx, draft, by }: Accepting,
  { pair, clientOrderId }: Extract<Difference, { readonly kind: 'order-gone' }>,
): Promise<void> {
  const about = { pair, clientOrderId: clientOrderId as ClientOrderId, atMs: by.atMs };
  const event = { ...about, kind: 'expired', reason: 'the venue does not know it' } as const;
  await bookOrderEvents({ desk, tx, draft }, [event]);
}

async function keepRecord(
  { tx, draft, by }: Accepting,
  { difference, sinceMs }: RecordedDifference,
  { by: who, reason, origin }: OperatorCommand,
): Promise<void> {
  const { account, atMs } = by;
  const { key } = difference;
  await tx.endDifference(account, key, { state: 'accepted', by: who, reason, atMs });
  draft.events.push({ kind: 'difference.ended', account, key, how: `accepted by ${who}` });
  await tx.audit({
    atMs,
    kind: 'differences.accepted',
    ref: key,
    who,
    origin: origin ?? '',
    why: reason,
    payload: { text: differenceText(difference, sinceMs), ...difference },
  });
}
