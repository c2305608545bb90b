/**
 * Calls of the Bot API with a time limit and errors of ours: by telegraf's client, and for pictures by
 * Node's own form, since the client's upload never ends on this Node (its sandwich-stream 2.0.2 waits
 * for ever).
 */
import { Telegram, TelegramError } from 'telegraf';
import { z } from 'zod';
import type { Clock } from '#platform/clock/clock.ts';
import type { TelegramConfig } from '../config.ts';
import { botError } from './bot-error.ts';

export type BotMethod = Parameters<Telegram['callApi']>[0];
export type BotPayload = Readonly<Record<string, unknown>>;

export interface Within {
  readonly signal: AbortSignal;
  /** Else the limit of the config. */
  readonly ms?: number;
}

export interface BotCalls {
  call<T>(method: BotMethod, payload: BotPayload, within: Within): Promise<T>;
  /** The message's id. */
  upload(payload: BotPayload, picture: Uint8Array, within: Within): Promise<number>;
}

const UploadAnswer = z.discriminatedUnion('ok', [
  z.looseObject({ ok: z.literal(true), result: z.looseObject({ message_id: z.int() }) }),
  z.looseObject({
    ok: z.literal(false),
    error_code: z.int(),
    description: z.string(),
    parameters: z.looseObject({ retry_after: z.int().optional() }).optional(),
  }),
]);

export function botCalls(
  config: Pick<TelegramConfig, 'api_root' | 'timeout_seconds'> & { readonly token: string },
  clock: Clock,
): BotCalls {
  const telegram = new Telegram(config.token, { apiRoot: config.api_root });
  const limitMs = config.timeout_seconds * 1_000;

  async function limited<T>(
    method: BotMethod,
    within: Within,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const late = new AbortController();
    const timer = clock.after(within.ms ?? limitMs, () => late.abort());
    try {
      return await run(AbortSignal.any([within.signal, late.signal]));
    } catch (error) {
      within.signal.throwIfAborted();
      throw botError(error, method);
    } finally {
      timer.cancel();
    }
  }

  return {
    call: <T>(method: BotMethod, payload: BotPayload, within: Within) =>
      limited(method, within, async (signal) => {
        // The client's types name an AbortSignal of a package; it takes Node's own as well.
        const options = { signal } as unknown as Parameters<Telegram['callApi']>[2];
        return (await telegram.callApi(method, { ...payload } as never, options)) as T;
      }),
    upload: (payload, picture, within) =>
      limited('sendPhoto', within, async (signal) => {
        const url = new URL(`./bot${config.token}/sendPhoto`, config.api_root);
        const response = await fetch(url, {
          method: 'POST',
          body: formOf(payload, picture),
          signal,
        });
        if (response.status >= 500) {
          const { status, statusText } = response;
          throw new TelegramError({ error_code: status, description: statusText });
        }
        const answer = UploadAnswer.parse(await response.json());
        if (answer.ok) return answer.result.message_id;
        const { error_code, description, parameters } = answer;
        const refusal = { error_code, description, ...(parameters && { parameters }) };
        throw new TelegramError(refusal as ConstructorParameters<typeof TelegramError>[0]);
      }),
  };
}

function formOf(payload: BotPayload, picture: Uint8Array): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(payload)) {
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  form.set('photo', new Blob([picture.slice()], { type: 'image/png' }), 'report.png');
  return form;
}
