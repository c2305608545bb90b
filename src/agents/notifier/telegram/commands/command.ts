/** What every command is: a name, who may use it, and what it answers. */
import {
  type ManualOrder,
  type OperatorCommand,
  raisesRisk,
} from '#core/model/operator-command.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Calendar } from '#core/portfolio/calendar.ts';
import type { NotifierPorts } from '../../ports.ts';
import type { Role, TelegramUser } from '../config.ts';
import type { DeskView } from '../desk-view.ts';
import type { Line } from '../text/line.ts';
import type { ZoneText } from '../text/zone-text.ts';
import type { Button } from '../transport/bot-client.ts';

export interface WishedCommand {
  readonly kind: Extract<
    OperatorCommand['kind'],
    'pause' | 'resume' | 'flatten' | 'kill-switch' | 'close' | 'order'
  >;
  readonly pair?: Pair;
  readonly order?: ManualOrder;
  readonly reason: string;
}

/** What the desk is asked to do. Kept as JSON in the record of commands. */
export type Wish =
  | { readonly kind: 'commands'; readonly commands: readonly WishedCommand[] }
  | {
      readonly kind: 'reload';
      readonly reason: string;
      readonly isRaisingRisk: boolean;
      /** What was shown, `key=value`: nothing else is applied. */
      readonly changes: readonly string[];
    };

/** Whether more can be lost after it than before. */
export function wishRaisesRisk(wish: Wish): boolean {
  return wish.kind === 'reload' ? wish.isRaisingRisk : wish.commands.some(raisesRisk);
}

export interface TextAnswer {
  readonly kind: 'text';
  readonly lines: readonly Line[];
  readonly buttons?: readonly (readonly Button[])[];
}

/** Done only when its button is pressed; `lines` say what would happen. */
export interface ConfirmAnswer {
  readonly kind: 'confirm';
  readonly lines: readonly Line[];
  readonly label: string;
  readonly wish: Wish;
}

/** Done at once: it only lowers risk. */
export interface ActAnswer {
  readonly kind: 'act';
  readonly wish: Wish;
}

export type Answer = TextAnswer | ConfirmAnswer | ActAnswer;

export interface Call {
  readonly args: readonly string[];
  readonly nowMs: number;
  readonly chatId: number;
  readonly user: TelegramUser;
}

/** What the commands read from. */
export interface CommandPorts {
  readonly desk: DeskView;
  readonly zone: ZoneText;
  readonly calendar: Calendar;
  /** The effective config with every secret hidden. */
  readonly shownConfig: Readonly<Record<string, unknown>>;
  readonly ask: NotifierPorts['ask'];
  readonly history: NotifierPorts['history'];
  readonly hooks: NotifierPorts['hooks'];
  /** Absolute: where the agents write their logs. */
  readonly logFolder: string;
  /** Hides secrets in text that others wrote. */
  readonly redact: (text: string) => string;
  readonly version: string;
}

export interface Command {
  readonly name: string;
  /** Arguments as the help shows them. */
  readonly usage?: string;
  readonly help: string;
  readonly role: Role;
  /** Its answer has a button that asks again. */
  readonly canRefresh?: boolean;
  run(ports: CommandPorts, call: Call): Promise<Answer>;
}

export function answer(
  lines: readonly Line[],
  buttons: readonly (readonly Button[])[] = [],
): TextAnswer {
  return { kind: 'text', lines, buttons };
}

/** The person wrote something that cannot be meant; the message says what is expected. */
export class AskedWrongly extends Error {
  override readonly name = 'AskedWrongly';
}
