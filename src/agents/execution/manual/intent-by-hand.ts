import { IntentId, TradeIntent } from '#core/model/intent.ts';
import type { ManualOrder } from '#core/model/operator-command.ts';
import { hashId } from '#platform/ids.ts';
import type { ExecutionPorts } from '../ports.ts';

/** From its receipt: a person wants it now or not at all. */
const VALID_MS = 30_000;

/** How the evaluation of an order by hand begins: there was none. */
export const BY_HAND = 'by-hand-';

/**
 * The intent that an order by hand comes to. Its id follows from the command's, so that whatever
 * dies in between, one command is one order.
 */
export function intentByHand(
  { config }: Pick<ExecutionPorts, 'config'>,
  { id, order, atMs }: { readonly id: string; readonly order: ManualOrder; readonly atMs: number },
): TradeIntent {
  const receivedMs = Math.floor(atMs);
  return TradeIntent.parse({
    id: IntentId.parse(hashId(['by hand', id])),
    desk: config.deskId,
    variant: 'by-hand',
    pair: order.pair,
    // An intent has one; of an order by hand nobody reads it.
    timeframe: '1m',
    candleCloseMs: receivedMs,
    evaluationId: `${BY_HAND}${id}`,
    confidence: 1,
    receivedMs,
    createdMs: receivedMs,
    expiresAtMs: receivedMs + VALID_MS,
    ...actionOf(order, config.section.manual),
  });
}

function actionOf(
  order: ManualOrder,
  defaults: ExecutionPorts['config']['section']['manual'],
): object {
  if (order.side === 'sell') return { action: 'reduce', reduceFraction: order.share };
  const { stop_distance: usual, target_reward: reward } = defaults;
  const { stopDistanceFraction = usual } = order;
  const { targetDistanceFraction = stopDistanceFraction * reward } = order;
  return { action: 'enter', stopDistanceFraction, targetDistanceFraction };
}
