/**
 * What execution did, as alerts. It remembers which positions it has told of, so that the first word
 * about a position is its entry and a later change of it is not another one.
 */
import { DecimalText } from '#core/model/decimal-text.ts';
import { isZero } from '#core/money/decimal.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import type { Halt, HaltKind } from '#core/model/halt.ts';
import { quoteOf } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { Alert } from './alert.ts';
import { amountText, percentText, signedText } from './amount-text.ts';
import type { Level } from './level.ts';

/** When the position that was told of began, by account and pair. */
export type ToldPositions = Readonly<Record<string, number>>;

export interface DeskAlerts {
  readonly alerts: readonly Alert[];
  readonly positions: ToldPositions;
}

type EventOf<Kind extends DeskEvent['kind']> = Extract<DeskEvent, { readonly kind: Kind }>;

/** What a person must look at soon; the others lift themselves or were wanted. */
const HALT_LEVELS: Readonly<Record<HaltKind, Level>> = {
  paused: 'notice',
  'kill-switch': 'critical',
  'daily-loss': 'warning',
  'losses-in-row': 'warning',
  drawdown: 'critical',
  'end-of-data': 'warning',
  'data-stale': 'critical',
  'unknown-commands': 'critical',
  'clock-skew': 'critical',
  'venue-maintenance': 'warning',
  'month-drawdown': 'critical',
  reconciliation: 'critical',
  demoted: 'critical',
};

export function deskAlerts(event: DeskEvent, atMs: number, positions: ToldPositions): DeskAlerts {
  switch (event.kind) {
    case 'position.changed':
      return entered(event.position, atMs, positions);
    case 'position.closed': {
      const { [positionKey(event.position)]: _ended, ...rest } = positions;
      return { alerts: [exit(event, atMs)], positions: rest };
    }
    default: {
      const alert = aboutTrading(event, atMs) ?? aboutDesk(event, atMs);
      return { alerts: alert === undefined ? [] : [alert], positions };
    }
  }
}

function aboutTrading(event: DeskEvent, atMs: number): Alert | undefined {
  switch (event.kind) {
    case 'order.filled':
      return fill(event, atMs);
    case 'stop.moved':
      return stopMoved(event, atMs);
    case 'order.doubtful':
    case 'order.cleared':
    case 'order.foreign':
      return aboutOrder(event, atMs);
    case 'order.pair-gone':
      return pairGone(event, atMs);
    case 'difference.found':
    case 'difference.ended':
      return difference(event, atMs);
    default:
      return undefined;
  }
}

function aboutDesk(event: DeskEvent, atMs: number): Alert | undefined {
  switch (event.kind) {
    case 'command.done':
      return commandDone(event, atMs);
    case 'promotion.changed':
      return promotion(event, atMs);
    case 'mode.started':
      return modeStarted(event, atMs);
    case 'halt.raised':
      return haltRaised(event.halt, atMs);
    case 'halt.lifted':
      return haltLifted(event.halt, atMs);
    default:
      return undefined;
  }
}

function entered(position: Position, atMs: number, positions: ToldPositions): DeskAlerts {
  const key = positionKey(position);
  const isTold = positions[key] === position.openedMs;
  if (isTold || isZero(position.qty)) return { alerts: [], positions };
  return {
    alerts: [entry(position, atMs)],
    positions: { ...positions, [key]: position.openedMs },
  };
}

export function positionKey({ account, pair }: Pick<Position, 'account' | 'pair'>): string {
  return `${account} ${pair}`;
}

function entry(position: Position, atMs: number): Alert {
  const { account, pair, qty, averagePrice, costQuote, stopPrice, targetPrice } = position;
  const levels = [
    ...(stopPrice === undefined ? [] : [`stop ${stopPrice}`]),
    ...(targetPrice === undefined ? [] : [`target ${targetPrice}`]),
  ];
  return {
    kind: 'entry',
    level: 'notice',
    atMs,
    group: `entry ${pair}`,
    title: `${pair} entered`,
    lines: [
      `${qty} at ${averagePrice}, ${amountText(costQuote)} ${quoteOf(pair)}`,
      ...(levels.length === 0 ? [] : [levels.join(', ')]),
    ],
    fields: { account, pair, qty, price: averagePrice, costQuote },
  };
}

function exit(event: EventOf<'position.closed'>, atMs: number): Alert {
  const { position, profitQuote, profitFraction, cause } = event;
  const { account, pair } = position;
  const share = profitFraction === undefined ? '' : ` (${percentText(profitFraction)})`;
  return {
    kind: 'exit',
    level: 'notice',
    atMs,
    group: `exit ${pair}`,
    title: `${pair} closed: ${signedText(DecimalText.parse(profitQuote))} ${quoteOf(pair)}${share}`,
    lines: cause === undefined ? [] : [`by ${cause}`],
    fields: { account, pair, profitQuote, ...(cause !== undefined && { cause }) },
  };
}

function fill({ fill: seen }: EventOf<'order.filled'>, atMs: number): Alert {
  const { account, pair, side, qty, price, fee, feeAsset, clientOrderId } = seen;
  return {
    kind: 'fill',
    level: 'info',
    atMs,
    group: `fill ${pair}`,
    title: `${pair} ${side === 'buy' ? 'bought' : 'sold'} ${qty} at ${price}`,
    lines: [`fee ${fee} ${feeAsset}`],
    fields: { account, pair, side, qty, price, orderId: clientOrderId },
  };
}

function stopMoved(event: EventOf<'stop.moved'>, atMs: number): Alert {
  const { account, pair, stopPrice, previousStopPrice } = event;
  return {
    kind: 'stop_moved',
    level: 'info',
    atMs,
    group: `stop_moved ${pair}`,
    title: `${pair} stop moved to ${stopPrice}`,
    lines: [`it was ${previousStopPrice}`],
    fields: { account, pair, stopPrice, previousStopPrice },
  };
}

function aboutOrder(
  event: EventOf<'order.doubtful'> | EventOf<'order.cleared'> | EventOf<'order.foreign'>,
  atMs: number,
): Alert {
  const { account, pair } = event;
  switch (event.kind) {
    case 'order.doubtful':
      return {
        kind: 'order_unknown',
        level: 'warning',
        atMs,
        group: `order_unknown ${pair}`,
        title: `${pair}: outcome of ${event.command} not known`,
        lines: [event.cause, 'the desk asks the venue until it is known, and sends nothing twice'],
        fields: { account, pair, orderId: event.clientOrderId },
        condition: `order ${event.clientOrderId}`,
      };
    case 'order.cleared':
      return {
        kind: 'order_cleared',
        level: 'notice',
        atMs,
        group: `order_cleared ${pair}`,
        title: `${pair}: outcome known now`,
        lines: [event.outcome],
        fields: { account, pair, orderId: event.clientOrderId },
        ends: `order ${event.clientOrderId}`,
      };
    case 'order.foreign':
      return {
        kind: 'order_foreign',
        level: 'warning',
        atMs,
        group: `order_foreign ${pair}`,
        title: `${pair}: an order that is not the desk's`,
        lines: [`number ${event.venueOrderId}, of ${event.owner}; the desk does not touch it`],
        fields: { account, pair, venueOrderId: event.venueOrderId, owner: event.owner },
      };
  }
}

function pairGone(event: EventOf<'order.pair-gone'>, atMs: number): Alert {
  const { account, pair, clientOrderId, heldQty } = event;
  const isFlat = isZero(heldQty);
  return {
    kind: 'difference',
    // What it is worth now the desk cannot say, and nothing guards it.
    level: isFlat ? 'warning' : 'critical',
    atMs,
    group: `pair gone ${pair}`,
    title: `${pair}: the venue does not have this pair any more`,
    lines: [
      'its order counts as expired; what it executed at last, the balances show',
      ...(isFlat
        ? []
        : [`the desk holds ${heldQty} of it, without a stop: convert or withdraw it`]),
    ],
    fields: { account, pair, orderId: clientOrderId },
  };
}

function difference(
  event: EventOf<'difference.found'> | EventOf<'difference.ended'>,
  atMs: number,
): Alert {
  const { account, key } = event;
  const about = { kind: 'difference', atMs, fields: { account, key } } as const;
  // The halt that goes with it is the critical one; this says what it is about.
  return event.kind === 'difference.found'
    ? {
        ...about,
        level: 'warning',
        group: 'difference found',
        title: 'ledger and venue differ',
        lines: [event.text],
        condition: `difference ${key}`,
      }
    : {
        ...about,
        level: 'notice',
        group: 'difference ended',
        title: 'a difference between ledger and venue is gone',
        lines: [key, event.how],
        ends: `difference ${key}`,
      };
}

function commandDone(event: EventOf<'command.done'>, atMs: number): Alert {
  const { id, command, by, origin, reason, result } = event;
  const where = origin === '' ? '' : ` from ${origin}`;
  return {
    kind: 'command',
    level: 'notice',
    atMs,
    group: `command ${command}`,
    title: `${command} by ${by}${where}`,
    lines: [result, ...(reason === '' ? [] : [`reason: ${reason}`])],
    fields: { id, command, by, origin },
  };
}

function promotion(event: EventOf<'promotion.changed'>, atMs: number): Alert {
  const isUp = event.change === 'promoted';
  return {
    kind: 'promotion',
    level: isUp ? 'notice' : 'critical',
    atMs,
    group: `promotion ${event.change}`,
    title: isUp ? `promoted by ${event.by}` : `the promotion is taken back by ${event.by}`,
    lines: event.reason === '' ? [] : [event.reason],
    fields: { change: event.change, by: event.by },
    ...(isUp ? { ends: 'demoted' } : { condition: 'demoted' }),
  };
}

function modeStarted(event: EventOf<'mode.started'>, atMs: number): Alert {
  const { mode, venue, account } = event;
  return {
    kind: 'started',
    level: 'notice',
    atMs,
    group: 'started execution',
    title: `execution is up: ${mode} at ${venue}`,
    lines: [`account ${account}`],
    fields: { mode, venue, account },
  };
}

function haltRaised({ kind, reason, liftedBy }: Halt, atMs: number): Alert {
  return {
    kind: 'halt',
    level: HALT_LEVELS[kind],
    atMs,
    group: `halt ${kind}`,
    title: `halted: ${kind}`,
    lines: [reason, 'no new entries; exits and stops go on', `lifted by: ${liftedBy}`],
    fields: { halt: kind },
    condition: `halt ${kind}`,
  };
}

function haltLifted(kind: HaltKind, atMs: number): Alert {
  return {
    kind: 'halt_lifted',
    level: 'notice',
    atMs,
    group: `halt_lifted ${kind}`,
    title: `halt lifted: ${kind}`,
    lines: [],
    fields: { halt: kind },
    ends: `halt ${kind}`,
  };
}
