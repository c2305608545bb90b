/** What a client may follow, and where each kind of event belongs: to exactly one channel. */
import { z } from 'zod';
import type { DeskEvent } from '#core/model/desk-event.ts';
import type { Pair } from '#core/model/pair.ts';

/** Every event of the ledger, in order, with its number. */
export const EventChannel = z.enum(['orders', 'fills', 'positions', 'halts', 'events']);
export type EventChannel = z.output<typeof EventChannel>;

/** The newest value of each key; one that is overtaken before it was sent is not sent. */
export const ValueChannel = z.enum(['equity', 'agents', 'decisions', 'quotes']);
export type ValueChannel = z.output<typeof ValueChannel>;

export const Channel = z.enum([...EventChannel.options, ...ValueChannel.options]);
export type Channel = z.output<typeof Channel>;

const CHANNEL_OF: Readonly<Record<DeskEvent['kind'], EventChannel>> = {
  'order.changed': 'orders',
  'order.doubtful': 'orders',
  'order.cleared': 'orders',
  'order.foreign': 'orders',
  'order.pair-gone': 'orders',
  'order.filled': 'fills',
  'position.changed': 'positions',
  'position.closed': 'positions',
  'stop.moved': 'positions',
  'halt.raised': 'halts',
  'halt.lifted': 'halts',
  'difference.found': 'events',
  'difference.ended': 'events',
  'command.done': 'events',
  'promotion.changed': 'events',
  'mode.started': 'events',
  // The ledger keeps none of these three as events.
  'intent.accepted': 'events',
  'intent.refused': 'events',
  'account.changed': 'events',
};

export function channelOf({ kind }: DeskEvent): EventChannel {
  return CHANNEL_OF[kind];
}

/** The pair an event speaks of; events of the whole desk have none. */
export function pairOf(event: DeskEvent): Pair | undefined {
  switch (event.kind) {
    case 'order.changed':
      return event.order.pair;
    case 'order.filled':
      return event.fill.pair;
    case 'position.changed':
    case 'position.closed':
      return event.position.pair;
    default:
      return 'pair' in event ? event.pair : undefined;
  }
}
