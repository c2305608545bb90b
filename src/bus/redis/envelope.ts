import { z } from 'zod';
import { PermanentError } from '#platform/errors.ts';

/** Around the payload of a job. */
export const QueueEnvelope = z.strictObject({
  traceId: z.string(),
  traceparent: z.string().max(64).optional(),
  sender: z.string(),
  sentMs: z.int(),
  payload: z.unknown(),
});
export type QueueEnvelope = z.output<typeof QueueEnvelope>;

/** Around the payload of a topic message: a receiver sees by `epoch` and `sequence` what it missed. */
export const TopicEnvelope = z.strictObject({
  traceId: z.string(),
  sender: z.string(),
  /** Differs for each start of the sender. */
  epoch: z.string(),
  /** 1 for the first message of an epoch, then one more each, also for those that were lost. */
  sequence: z.int().positive(),
  sentMs: z.int(),
  payload: z.unknown(),
});
export type TopicEnvelope = z.output<typeof TopicEnvelope>;

/** Around a state value. Redis before 7.4 cannot expire a field, so readers do it. */
export const StateEnvelope = z.strictObject({
  traceId: z.string(),
  sender: z.string(),
  sentMs: z.int(),
  expiresAtMs: z.int().optional(),
  payload: z.unknown(),
});
export type StateEnvelope = z.output<typeof StateEnvelope>;

/** Checks an outgoing payload: what does not fit its declaration is never sent. */
export function checkOutgoing<T>(
  contract: { readonly name: string; readonly payload: z.ZodType<T> },
  payload: T,
): T {
  const parsed = contract.payload.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw new PermanentError('bus-invalid', 'message does not fit its declaration', {
    cause: parsed.error,
    details: { message: contract.name, issues: z.prettifyError(parsed.error) },
  });
}

/** Reads `text` as an envelope with a payload, or says why it is not one. */
export function readEnvelope<E extends { payload?: unknown }, T>(
  text: string,
  envelope: z.ZodType<E>,
  payload: z.ZodType<T>,
): { readonly envelope: E; readonly payload: T } | { readonly problem: string } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${String(error)}` };
  }
  return parseEnvelope(raw, envelope, payload);
}

/** Like {@link readEnvelope} for what BullMQ has already made of the text. */
export function parseEnvelope<E extends { payload?: unknown }, T>(
  raw: unknown,
  envelope: z.ZodType<E>,
  payload: z.ZodType<T>,
): { readonly envelope: E; readonly payload: T } | { readonly problem: string } {
  const outer = envelope.safeParse(raw);
  if (!outer.success) return { problem: z.prettifyError(outer.error) };
  const inner = payload.safeParse(outer.data.payload);
  if (!inner.success) return { problem: z.prettifyError(inner.error) };
  return { envelope: outer.data, payload: inner.data };
}
