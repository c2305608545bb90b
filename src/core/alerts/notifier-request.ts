import { z } from 'zod';

/** What is asked of a running notifier, by the command line or the doctor. */
export const NotifierRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status') }),
  /** A message through every channel, whatever their levels; answered when they have it. */
  z.strictObject({ kind: z.literal('test'), by: z.string() }),
  /** A time that is over ends a mute. */
  z.strictObject({ kind: z.literal('mute'), untilMs: z.number(), by: z.string() }),
  z.strictObject({ kind: z.literal('acknowledge'), id: z.string(), by: z.string() }),
]);
export type NotifierRequest = Readonly<z.output<typeof NotifierRequest>>;

export const ChannelStatus = z.strictObject({
  name: z.string(),
  waiting: z.int(),
  /** When it took a message last, in this life of the notifier. */
  deliveredMs: z.number().optional(),
  /** Why messages wait. */
  problem: z.string().optional(),
});
export type ChannelStatus = Readonly<z.output<typeof ChannelStatus>>;

/** Body of the answer to each of them. */
export const NotifierAnswer = z.strictObject({
  isDone: z.boolean(),
  message: z.string(),
  channels: z.array(ChannelStatus),
  mutedUntilMs: z.number().optional(),
  /** Ids of critical messages that wait to be acknowledged, with what they say. */
  open: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});
export type NotifierAnswer = Readonly<z.output<typeof NotifierAnswer>>;
