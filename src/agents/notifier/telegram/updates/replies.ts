/**
 * Answers into a chat. A refusal for now is waited out a few times; an answer that perhaps arrived is
 * not sent again, since the person can ask again. An edit may be repeated: it says the same.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { retryAfterOf, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Line } from '../text/line.ts';
import { piecesOf, renderHtml } from '../text/render-html.ts';
import type { BotClient, Button } from '../transport/bot-client.ts';
import type { Outbox } from '../transport/outbox.ts';

export interface Said {
  readonly lines: readonly Line[];
  readonly buttons?: readonly (readonly Button[])[];
}

export interface Replies {
  /** The id of the last message; undefined when it could not be sent. */
  say(
    to: { readonly chatId: number; readonly replyTo?: number },
    said: Said,
  ): Promise<number | undefined>;
  /** Replaces a message; what does not fit into it follows as new ones. */
  replace(at: { readonly chatId: number; readonly messageId: number }, said: Said): Promise<void>;
  /** Ends the waiting sign of a pressed button. */
  note(callbackId: string, text: string): Promise<void>;
}

export interface ReplyPorts {
  readonly outbox: Outbox;
  readonly client: Pick<BotClient, 'answerButton'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const TRIES = 4;
const WAIT_MS = 1_000;
// A person does not wait longer for an answer.
const WAIT_MS_MAX = 30_000;

export function replies(ports: ReplyPorts): Replies {
  const { outbox, client, clock, log, signal } = ports;

  /** Undefined when it failed for good. */
  async function tried<T>(run: () => Promise<T>, isRepeatable: boolean): Promise<T | undefined> {
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        return await run();
      } catch (error) {
        signal.throwIfAborted();
        const waitMs = waitFor(error, isRepeatable);
        if (waitMs === undefined || left === 0) {
          log.warn({ err: error }, 'an answer could not be sent');
          return undefined;
        }
        await clock.sleep(waitMs, signal);
      }
    }
  }

  const post: Replies['say'] = async ({ chatId, replyTo }, { lines, buttons }) => {
    const pieces = piecesOf(lines).map(renderHtml);
    let last: number | undefined;
    for (const [index, html] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      const piece = {
        chatId,
        html,
        isSilent: false,
        ...(isLast ? { buttons } : {}),
        ...(index === 0 ? { replyTo } : {}),
      };
      last = await tried(() => outbox.post(piece, 'answer', signal), false);
      if (last === undefined) return undefined;
    }
    return last;
  };

  return {
    say: post,
    replace: async ({ chatId, messageId }, { lines, buttons }) => {
      const [first = [], ...rest] = piecesOf(lines);
      const html = renderHtml(first);
      const own = rest.length === 0 ? { buttons } : {};
      await tried(
        () => outbox.edit(messageId, { chatId, html, isSilent: false, ...own }, signal),
        true,
      );
      if (rest.length > 0)
        await post({ chatId }, { lines: rest.flat(), ...(buttons && { buttons }) });
    },
    note: async (callbackId, text) => {
      // It only ends a waiting sign, and Telegram forgets a press after some seconds.
      await client.answerButton(callbackId, text, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        log.debug({ err: error }, 'a pressed button could not be answered');
      });
    },
  };
}

/** How long to wait before another try; undefined = none. */
function waitFor(error: unknown, isRepeatable: boolean): number | undefined {
  if (!(error instanceof TransientError)) return undefined;
  if (!isRepeatable && error.details['isUnknown'] === true) return undefined;
  const named = retryAfterOf(error);
  if (named === undefined) return WAIT_MS;
  return named > WAIT_MS_MAX ? undefined : named;
}
