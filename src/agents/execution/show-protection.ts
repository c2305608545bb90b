import { isZero } from '#core/money/decimal.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { LedgerTransaction, ProtectionInput } from '#ledger/ledger.ts';
import type { Draft } from './journal.ts';
import type { ExecutionPorts } from './ports.ts';
import type { DeskState } from './state.ts';
import { tellPosition, tellStop } from './tell-position.ts';

interface Showing {
  readonly ports: ExecutionPorts;
  readonly state: DeskState;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
}

/** Writes the protective levels beside the position and tells the others. */
export async function showProtection(
  { ports, state, tx, draft }: Showing,
  levels: Omit<ProtectionInput, 'account'>,
): Promise<void> {
  await tx.setProtection({ account: ports.config.account, ...levels });
  const held = draftPosition(state, draft, levels.pair);
  if (held === undefined || isZero(held.qty)) return;
  const { stopPrice: _stop, targetPrice: _target, ...bare } = held;
  const { stopPrice, targetPrice } = levels;
  const position: Position = {
    ...bare,
    ...(stopPrice !== undefined && { stopPrice }),
    ...(targetPrice !== undefined && { targetPrice }),
  };
  tellPosition(draft, position);
  tellStop(draft, held, position);
}

/** A position as this transaction has it so far. */
function draftPosition(state: DeskState, draft: Draft, pair: Pair): Position | undefined {
  const changed = draft.changes.findLast(
    (change) => change.kind === 'position' && change.position.pair === pair,
  );
  return changed?.kind === 'position' ? changed.position : state.positions.get(pair);
}
