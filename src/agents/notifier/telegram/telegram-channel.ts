/**
 * Alerts into every chat of the config. A message that reached some chats only is continued where it
 * stopped when it is sent again; one whose answer was lost is marked, since Telegram knows no ids of
 * ours that would keep it from showing it twice. A chat that refuses is left out; only when all do
 * the message has failed for good.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Channel, OutgoingMessage } from '../channel.ts';
import { messageButtons, messageLines } from './message-lines.ts';
import type { Line } from './text/line.ts';
import { CAPTION_MAX, piecesOf, renderHtml } from './text/render-html.ts';
import type { ZoneText } from './text/zone-text.ts';
import type { OutgoingPiece } from './transport/bot-client.ts';
import type { Outbox } from './transport/outbox.ts';

export interface ChannelPorts {
  readonly outbox: Pick<Outbox, 'post'>;
  readonly chats: readonly number[];
  readonly clock: Clock;
  readonly zone: ZoneText;
  readonly log: Log;
}

/** How far a message has come in one chat. */
interface Progress {
  piecesSent: number;
  /** The next piece was sent and nobody knows whether it arrived. */
  isDoubtful: boolean;
  refusal: DeskError | undefined;
}

// Messages that wait to be continued; the buffer has one in hand, and at most a few urgent ones pass it.
const UNFINISHED_MAX = 100;

export function telegramChannel(ports: ChannelPorts): Channel {
  const unfinished = new Map<string, Map<number, Progress>>();

  function progressOf(id: string): Map<number, Progress> {
    const known = unfinished.get(id);
    if (known !== undefined) return known;
    const fresh = new Map(
      ports.chats.map((chatId): [number, Progress] => [
        chatId,
        { piecesSent: 0, isDoubtful: false, refusal: undefined },
      ]),
    );
    for (const oldest of unfinished.keys()) {
      if (unfinished.size < UNFINISHED_MAX) break;
      unfinished.delete(oldest);
    }
    unfinished.set(id, fresh);
    return fresh;
  }

  return {
    name: 'telegram',
    send: async (message, signal) => {
      const progress = progressOf(message.id);
      let problem: Error | undefined;
      for (const [chatId, state] of progress) {
        if (state.refusal !== undefined) continue;
        try {
          await continueIn(ports, { message, chatId, state, signal });
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof PermanentError) refused(ports, state, { chatId, error });
          else problem ??= error instanceof Error ? error : new Error(String(error));
        }
      }
      if (problem !== undefined) throw problem;
      unfinished.delete(message.id);
      const refusals = [...progress.values()].flatMap(({ refusal }) => refusal ?? []);
      if (refusals.length > 0 && refusals.length === progress.size) throw refusals[0] as DeskError;
    },
  };
}

function refused(
  { log }: ChannelPorts,
  state: Progress,
  { chatId, error }: { readonly chatId: number; readonly error: PermanentError },
): void {
  state.refusal = error;
  log.warn({ chatId, problem: error.message }, 'a chat refuses a message');
}

interface Step {
  readonly message: OutgoingMessage;
  readonly chatId: number;
  readonly state: Progress;
  readonly signal: AbortSignal;
}

async function continueIn(ports: ChannelPorts, step: Step): Promise<void> {
  const { message, chatId, state, signal } = step;
  const lines = messageLines(message, {
    nowMs: ports.clock.now(),
    zone: ports.zone,
    isRepeat: message.isRepeat === true || state.isDoubtful,
  });
  const pieces = outgoing(message, lines).map((piece) => ({ ...piece, chatId }));
  for (const piece of pieces.slice(state.piecesSent)) {
    try {
      await ports.outbox.post(piece, 'alert', signal);
    } catch (error) {
      if (error instanceof DeskError && error.details['isUnknown'] === true)
        state.isDoubtful = true;
      throw error;
    }
    state.piecesSent += 1;
  }
}

/** A picture goes first, with the text as its caption where that is short enough. */
function outgoing(
  message: OutgoingMessage,
  lines: readonly Line[],
): readonly Omit<OutgoingPiece, 'chatId'>[] {
  const { isSilent, picture } = message;
  const buttons = messageButtons(message);
  const whole = piecesOf(lines, CAPTION_MAX);
  if (picture !== undefined && whole.length === 1) {
    return [{ html: renderHtml(whole[0] ?? []), picture, isSilent, buttons }];
  }
  const pieces = piecesOf(lines).map(renderHtml);
  const texts = pieces.map((html, index) => ({
    html,
    isSilent,
    ...(index === pieces.length - 1 ? { buttons } : {}),
  }));
  return picture === undefined ? texts : [{ html: '', picture, isSilent }, ...texts];
}
