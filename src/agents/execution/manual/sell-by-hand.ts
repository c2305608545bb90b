import type { TradeIntent } from '#core/model/intent.ts';
import type { ManualOrder, OperatorCommand } from '#core/model/operator-command.ts';
import { baseOf, type Pair } from '#core/model/pair.ts';
import { gate } from '#core/risk/gate.ts';
import { reasonsText } from '#core/risk/verdict-text.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { Desk } from '../desk.ts';
import { gateInput } from '../gate-input.ts';
import { intentItem } from '../inbox.ts';
import { ordersOf } from '../state.ts';
import { intentByHand } from './intent-by-hand.ts';
import { refusal } from './record-command.ts';

/** What is to be done after the commit, and what the sender is told. */
export interface SellingByHand {
  readonly result: string;
  readonly effect:
    | { readonly kind: 'none' }
    | { readonly kind: 'close'; readonly pair: Pair }
    | { readonly kind: 'reduce'; readonly intent: TradeIntent };
}

/** Everything of one pair: its orders are taken back, what is held is sold, others go on. */
export function closeByHand({ state }: Desk, pair: Pair): SellingByHand {
  const position = state.positions.get(pair);
  const entries = ordersOf(state, pair).filter(({ leg }) => leg === 'entry').length;
  if (position === undefined && entries === 0) {
    const result = refusal(`nothing of ${pair} is held or on its way`);
    return { result, effect: { kind: 'none' } };
  }
  const sold = position === undefined ? [] : [`selling ${position.qty} ${baseOf(pair)}`];
  const taken = entries === 0 ? [] : [`taking back ${entries} entry of ${pair}`];
  return { result: [...sold, ...taken].join(', '), effect: { kind: 'close', pair } };
}

/** A part of a position is sold as the committee would have it reduced: an intent in the inbox. */
export async function reduceByHand(
  { desk, tx }: { readonly desk: Desk; readonly tx: LedgerTransaction },
  command: OperatorCommand,
  order: ManualOrder & { readonly side: 'sell' },
): Promise<SellingByHand> {
  const { ports } = desk;
  const atMs = ports.clock.now();
  const intent = intentByHand(ports, { id: command.id, order, atMs });
  const verdict = gate(gateInput(desk, intent, { isReady: true }));
  const { pair } = order;
  if (verdict.kind === 'refuse') {
    const result = refusal(`${pair}: ${reasonsText(verdict.reasons)}`);
    return { result, effect: { kind: 'none' } };
  }
  await tx.receive(intentItem(intent, atMs));
  const result = `selling ${verdict.qty} ${baseOf(pair)}`;
  return { result, effect: { kind: 'reduce', intent } };
}
