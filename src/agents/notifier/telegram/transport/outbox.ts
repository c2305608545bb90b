/**
 * The one way out: in each chat one message after the other, no faster than Telegram allows.
 * `post` tries once; what to do about a failure is the caller's affair.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, retryAfterOf } from '#platform/errors.ts';
import type { SendOutcome } from '../metrics.ts';
import type { BotClient, OutgoingPiece } from './bot-client.ts';
import { type MessageKind, pacer } from './pacer.ts';

export interface Outbox {
  /** @throws TransientError, PermanentError; the signal's reason when it is aborted. */
  post(piece: OutgoingPiece, kind: MessageKind, signal: AbortSignal): Promise<number>;
  edit(messageId: number, piece: OutgoingPiece, signal: AbortSignal): Promise<void>;
}

export interface OutboxPorts {
  readonly client: Pick<BotClient, 'send' | 'edit'>;
  readonly clock: Clock;
  readonly count: (outcome: SendOutcome) => void;
}

const FIRST_MS = 1_000;

interface Attempt {
  readonly chatId: number;
  readonly kind: MessageKind;
  readonly signal: AbortSignal;
}

export function outbox({ client, clock, count }: OutboxPorts): Outbox {
  const paced = pacer();
  // The process before this one, killed just now, may have sent something within the last second.
  paced.hush(clock.monotonic() + FIRST_MS);
  const lanes = new Map<number, Promise<unknown>>();

  function inTurn<T>(chatId: number, run: () => Promise<T>): Promise<T> {
    const before = lanes.get(chatId) ?? Promise.resolve();
    // The one before has told its own caller whether it failed.
    const mine = before.then(run, run);
    lanes.set(chatId, mine);
    return mine;
  }

  async function attempt<T>({ chatId, kind, signal }: Attempt, run: () => Promise<T>): Promise<T> {
    for (;;) {
      const waitMs = paced.waitMs(chatId, clock.monotonic(), kind);
      if (waitMs <= 0) break;
      await clock.sleep(waitMs, signal);
    }
    signal.throwIfAborted();
    // Told before the call, so that other chats leave room; the time counts from when Telegram has it.
    const arrived = paced.begin(chatId, clock.monotonic());
    try {
      return await run();
    } catch (error) {
      count(outcomeOf(error));
      const retryAfterMs = retryAfterOf(error);
      if (retryAfterMs !== undefined) paced.hush(clock.monotonic() + retryAfterMs);
      throw error;
    } finally {
      arrived(clock.monotonic());
    }
  }

  return {
    post: (piece, kind, signal) =>
      inTurn(piece.chatId, async () => {
        const id = await attempt({ chatId: piece.chatId, kind, signal }, () =>
          client.send(piece, signal),
        );
        count('sent');
        return id;
      }),
    edit: (messageId, piece, signal) =>
      inTurn(piece.chatId, async () => {
        await attempt({ chatId: piece.chatId, kind: 'answer', signal }, () =>
          client.edit(messageId, piece, signal),
        );
        count('edited');
      }),
  };
}

function outcomeOf(error: unknown): SendOutcome {
  if (!(error instanceof DeskError)) return 'unreachable';
  if (error.code === 'telegram-busy') return 'busy';
  return error.code === 'telegram-refused' ? 'refused' : 'unreachable';
}
