/** What handling an update needs, and what is common to commands and buttons. */
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { CommandLog } from '../access/command-log.ts';
import type { Confirmations } from '../access/confirmations.ts';
import type { Strangers } from '../access/strangers.ts';
import type { Command, CommandPorts, ConfirmAnswer, Wish } from '../commands/command.ts';
import type { TelegramConfig, TelegramUser } from '../config.ts';
import type { TelegramMetrics } from '../metrics.ts';
import { type Acting, carryOut } from './carry-out.ts';
import type { HeardUpdate } from './read-update.ts';
import type { Replies } from './replies.ts';

export interface HandlePorts {
  readonly acting: Acting;
  readonly botName: () => string | undefined;
  readonly clock: Clock;
  readonly commandLog: CommandLog;
  readonly commandPorts: CommandPorts;
  readonly commands: readonly Command[];
  readonly config: TelegramConfig;
  readonly confirmations: Confirmations<ConfirmAnswer>;
  readonly log: Log;
  readonly metrics: TelegramMetrics;
  readonly replies: Replies;
  readonly strangers: Strangers;
  /** Runs beside the updates: nobody waits for it. */
  readonly background: (name: string, work: Promise<unknown>) => void;
}

/** One update of a known person, on its way. */
export interface Case {
  readonly heard: HeardUpdate;
  readonly user: TelegramUser;
}

/** Records what the desk is asked for, then asks. */
export function act(ports: HandlePorts, the: Case, wish: Wish): Promise<readonly string[]> {
  const issuedMs = Math.floor(ports.clock.now());
  ports.commandLog.acting(the.heard.updateId, JSON.stringify(wish), issuedMs);
  return carry(ports, the, { wish, issuedMs });
}

/** Asks, perhaps again: the ids of the commands come from the update, so nothing is done twice. */
export function carry(
  { acting }: HandlePorts,
  { heard, user }: Case,
  { wish, issuedMs }: { readonly wish: Wish; readonly issuedMs: number },
): Promise<readonly string[]> {
  const { updateId, chatId } = heard;
  return carryOut(acting, wish, { updateId, chatId, name: user.name, issuedMs });
}

export function placeOf(heard: HeardUpdate): { chatId: number; replyTo?: number } {
  if (heard.kind !== 'text') return { chatId: heard.chatId };
  return { chatId: heard.chatId, replyTo: heard.messageId };
}
