import type { Order } from '#core/model/order.ts';
import type { Desk } from '../desk.ts';
import { journalCommand, send } from '../send.ts';
import { settleCommand } from '../settle.ts';

/**
 * Takes away an order of ours that the ledger holds for ended and the venue works on: nobody counts
 * with what it would do. What it did already is booked from its trades.
 */
export async function cancelStray(desk: Desk, order: Order): Promise<void> {
  const { ports, journal, state } = desk;
  const { pair, clientOrderId, status } = order;
  ports.log.error({ pair, clientOrderId, status }, 'an order that had ended works at the venue');
  const id = await journal.run((tx, draft) =>
    journalCommand(ports, tx, draft, { kind: 'cancel', order }),
  );
  const command = { kind: 'cancel', id, order } as const;
  const outcome = await send(ports, command);
  ports.crash('answered');
  await journal.run((tx, draft) => settleCommand({ ports, state, tx, draft }, command, outcome));
}
