/** A web address as a channel: one POST a message, what comes back decides whether to try again. */
import { createHmac } from 'node:crypto';
import type { Clock } from '#platform/clock/clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import type { Channel, OutgoingMessage } from '../channel.ts';
import { webhookBody } from './bodies.ts';
import type { WebhookConfig } from './config.ts';

// Later than that is as good as not saying when.
const RETRY_AFTER_MS_MAX = 3_600_000;
/** What these are said of is the message itself: it will never be taken. */
const MESSAGE_FAULTS: ReadonlySet<number> = new Set([400, 411, 413, 414, 415, 422, 431]);
/** Refusals that pass: too early, too slow, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
/** All others speak of the address, which a person can mend: the messages wait for that. */
const ADDRESS_RETRY_MS = 60_000;
/** It says itself that it took nothing; behind the others of 5xx the message may be. */
const UNAVAILABLE = 503;

/** The connection was never there. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

export function webhookChannel(config: WebhookConfig, clock: Clock): Channel {
  return {
    name: config.name,
    send: async (message, signal) => {
      const response = await post(config, { message, clock, signal });
      // Nobody reads what it says; an unread body would keep the connection.
      await response.body?.cancel().catch(() => undefined);
      if (response.ok) return;
      throw refusal(config, response, clock.now());
    },
  };
}

async function post(
  config: WebhookConfig,
  at: { readonly message: OutgoingMessage; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Response> {
  const body = JSON.stringify(webhookBody(config.format, at.message));
  const timeout = AbortSignal.timeout(config.timeout_seconds * 1_000);
  try {
    return await fetch(config.webhook_url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'nightdesk',
        ...signature(config, body, at.clock.now()),
      },
      body,
      // Elsewhere than the operator said nothing is sent.
      redirect: 'manual',
      signal: AbortSignal.any([at.signal, timeout]),
    });
  } catch (error) {
    at.signal.throwIfAborted();
    // Without the cause: it may quote the address, which is a secret.
    const problem = timeout.aborted ? 'no answer in time' : codeOf(error);
    throw new TransientError('webhook-away', `the webhook ${config.name} does not answer`, {
      // A request that was cut off may have been taken all the same.
      details: { channel: config.name, problem, isUnknown: !NOT_SENT.has(problem) },
    });
  }
}

/** Receivers compare `v1` with their own HMAC-SHA256 of `t.body`, and refuse an old `t`. */
function signature(
  { signing_secret: secret }: WebhookConfig,
  body: string,
  nowMs: number,
): Record<string, string> {
  if (secret === null) return {};
  const atSeconds = Math.floor(nowMs / 1_000);
  const digest = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return { 'x-nightdesk-signature': `t=${atSeconds},v1=${digest}` };
}

function refusal(
  { name }: WebhookConfig,
  { status, headers }: Response,
  nowMs: number,
): PermanentError | TransientError {
  const details = { channel: name, status };
  if (MESSAGE_FAULTS.has(status)) {
    const message = `the webhook ${name} refuses the message with ${status}`;
    return new PermanentError('webhook-refused', message, { details });
  }
  if (status >= 500 || PASSING.has(status)) {
    const retryAfterMs = retryAfter(headers.get('retry-after'), nowMs);
    return new TransientError('webhook-busy', `the webhook ${name} answers ${status}`, {
      details: {
        ...details,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(status >= 500 && status !== UNAVAILABLE && { isUnknown: true }),
      },
    });
  }
  return new TransientError(
    'webhook-address',
    `the webhook ${name} answers ${status}: its address is not accepted, check webhook_url`,
    { details: { ...details, retryAfterMs: ADDRESS_RETRY_MS } },
  );
}

/** Seconds (Discord: with a fraction) or an HTTP date. */
function retryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(RETRY_AFTER_MS_MAX, Math.max(0, waitMs)) : undefined;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection failed';
}
