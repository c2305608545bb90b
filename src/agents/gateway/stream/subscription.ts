/** What clients say, checked, and what it means for what they get. */
import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import { Channel, EventChannel } from './channels.ts';

/** Bytes of one message of a client: room for every channel and all pairs it may name. */
export const CLIENT_BYTES_MAX = 8_192;
const PAIRS_MAX = 200;

/** Replaces what the client followed before: a connection has one subscription. */
const Subscribe = z.strictObject({
  kind: z.literal('subscribe'),
  channels: z.array(Channel).min(1).max(Channel.options.length),
  /** Everything after this event; without it what happens from now on. */
  afterSeq: z.int().min(0).optional(),
  /** Only these pairs; what belongs to no pair comes all the same. */
  pairs: z.array(Pair).min(1).max(PAIRS_MAX).optional(),
});

export interface Subscription {
  /** The same for clients that get the same. */
  readonly key: string;
  readonly channels: ReadonlySet<Channel>;
  readonly pairs: ReadonlySet<Pair> | undefined;
  readonly hasEvents: boolean;
}

export type ClientMessage =
  | {
      readonly kind: 'subscribe';
      readonly subscription: Subscription;
      readonly afterSeq: number | undefined;
    }
  | { readonly kind: 'wrong'; readonly detail: string };

export function parseClientMessage(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'wrong', detail: 'this is not JSON' };
  }
  const parsed = Subscribe.safeParse(value);
  if (!parsed.success) return { kind: 'wrong', detail: whatIsWrong(parsed.error) };
  const { channels, pairs, afterSeq } = parsed.data;
  return { kind: 'subscribe', subscription: subscriptionOf(channels, pairs), afterSeq };
}

export function subscriptionOf(
  channels: readonly Channel[],
  pairs?: readonly Pair[],
): Subscription {
  const wanted = new Set(channels);
  const only = pairs === undefined ? undefined : new Set(pairs);
  const names = [...wanted].toSorted().join(',');
  const words = only === undefined ? 'all' : [...only].toSorted().join(',');
  return {
    key: `${names} ${words}`,
    channels: wanted,
    pairs: only,
    hasEvents: EventChannel.options.some((channel) => wanted.has(channel)),
  };
}

/** Whether a message of this channel, about this pair if any, is for those who follow so. */
export function isWanted(
  { channels, pairs }: Subscription,
  of: { readonly channel: Channel; readonly pair: Pair | undefined },
): boolean {
  if (!channels.has(of.channel)) return false;
  return pairs === undefined || of.pair === undefined || pairs.has(of.pair);
}

const PROBLEMS_SHOWN = 3;

function whatIsWrong(error: z.ZodError): string {
  const shown = error.issues.slice(0, PROBLEMS_SHOWN).map(({ path, message }) => {
    const place = path.join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  return `expected {"kind": "subscribe", "channels": [...], "afterSeq"?, "pairs"?}: ${shown.join('; ')}`;
}
