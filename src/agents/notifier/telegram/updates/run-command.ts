/** A command of a person who is allowed here: role, answer, question or act. */
import { randomBytes } from 'node:crypto';
import { nearest } from '#platform/config/nearest.ts';
import { DeskError } from '#platform/errors.ts';
import { mayAct } from '../access/who.ts';
import {
  type Answer,
  AskedWrongly,
  type Command,
  type ConfirmAnswer,
  type TextAnswer,
  type Wish,
  wishRaisesRisk,
} from '../commands/command.ts';
import { span } from '../text/figures.ts';
import { italic, type Line, plain } from '../text/line.ts';
import type { Button } from '../transport/bot-client.ts';
import { act, type Case, type HandlePorts, placeOf } from './handling.ts';
import type { CommandWords } from './read-update.ts';

/** Names that people of other bots, and Telegram's own start button, use. */
const ALIASES = new Map([
  ['start', 'help'],
  ['kill', 'killswitch'],
  ['stop', 'pause'],
]);
const BUTTON_BYTES_MAX = 64;
// What a person wrote while the bot was away, and has perhaps done otherwise since.
const LATE_MS = 5 * 60_000;

interface Asking extends Case {
  readonly words: CommandWords;
}

/** The outcome, for the record. */
export async function runCommand(
  ports: HandlePorts,
  the: Case,
  words: CommandWords,
): Promise<string> {
  const { metrics } = ports;
  const { heard, user } = the;
  const asking = { ...the, words };
  if (heard.kind === 'press') await ports.replies.note(heard.callbackId, '');
  const name = ALIASES.get(words.name) ?? words.name;
  const command = ports.commands.find((one) => one.name === name);
  if (command === undefined) {
    metrics.update('unknown');
    await reply(ports, asking, [plain(unknownText(ports, name))]);
    return 'unknown';
  }
  if (!mayAct(user.role, command.role)) {
    metrics.update('refused');
    const text = `/${name} needs the role ${command.role}; ${user.name} is ${user.role}`;
    await reply(ports, asking, [plain(text)]);
    return `refused: needs ${command.role}`;
  }
  return carryAnswer(ports, asking, { command, found: await answerOf(ports, asking, command) });
}

async function carryAnswer(
  ports: HandlePorts,
  asking: Asking,
  { command, found }: { readonly command: Command; readonly found: Answer },
): Promise<string> {
  if (found.kind === 'text') {
    ports.metrics.update('command');
    await tell(ports, asking, { command, found });
    return 'answered';
  }
  const refusal = refusalOf(ports, asking, { command, wish: found.wish });
  if (refusal !== undefined) {
    ports.metrics.update('refused');
    await reply(ports, asking, refusal.told.map(plain));
    return `refused: ${refusal.why}`;
  }
  ports.metrics.update('command');
  if (found.kind === 'confirm') return ask(ports, asking, found);
  const results = await act(ports, asking, found.wish);
  await reply(ports, asking, results.map(plain));
  return results.join('; ');
}

interface Refusal {
  /** For the record. */
  readonly why: string;
  readonly told: readonly string[];
}

/** Why this is not done for this person, now; undefined when it is. */
function refusalOf(
  { clock, config }: HandlePorts,
  { heard, user }: Asking,
  { command, wish }: { readonly command: Command; readonly wish: Wish },
): Refusal | undefined {
  const ageMs = heard.kind === 'text' ? clock.now() - heard.sentMs : 0;
  if (ageMs > LATE_MS) {
    const told = `written ${span(ageMs)} ago and only heard now: not done. Write it again if you still want it`;
    return { why: 'heard too late', told: [told] };
  }
  if (!wishRaisesRisk(wish)) return undefined;
  if (!config.allow_raising_risk) {
    const told = [
      `/${command.name} can raise risk, and a phone may only lower it.`,
      'It can be done on the machine. To allow it here: notifier.telegram.allow_raising_risk: true',
    ];
    return { why: 'raises risk', told };
  }
  if (mayAct(user.role, 'admin')) return undefined;
  const told = `what raises risk needs the role admin; ${user.name} is ${user.role}`;
  return { why: 'raises risk', told: [told] };
}

function unknownText({ commands }: HandlePorts, name: string): string {
  const meant = nearest(
    name,
    commands.map((one) => one.name),
  );
  return `there is no /${name}${meant === undefined ? '' : `; did you mean /${meant}?`} See /help`;
}

async function answerOf(
  { commandPorts, clock, log }: HandlePorts,
  { heard, user, words }: Asking,
  command: Command,
): Promise<Answer> {
  try {
    const { chatId } = heard;
    const nowMs = clock.now();
    return await command.run(commandPorts, { args: words.args, chatId, nowMs, user });
  } catch (error) {
    if (error instanceof AskedWrongly) {
      const usage = command.usage === undefined ? '' : `\n/${command.name} ${command.usage}`;
      return { kind: 'text', lines: [plain(`${error.message}${usage}`)] };
    }
    if (!(error instanceof DeskError)) throw error;
    log.warn({ err: error, command: command.name }, 'a command could not be answered');
    return { kind: 'text', lines: [plain(`not now: ${error.message}`)] };
  }
}

/** With a button that asks again, where that makes sense. */
async function tell(
  ports: HandlePorts,
  asking: Asking,
  { command, found }: { readonly command: Command; readonly found: TextAnswer },
): Promise<void> {
  const { words } = asking;
  const data = `r:${[command.name, ...words.args].join(' ')}`;
  const isRefreshable = command.canRefresh === true && Buffer.byteLength(data) <= BUTTON_BYTES_MAX;
  const at = ports.commandPorts.zone.time(ports.clock.now());
  await reply(ports, asking, words.isRefresh ? [...found.lines, italic(`at ${at}`)] : found.lines, [
    ...(found.buttons ?? []),
    ...(isRefreshable ? [[{ text: '↻', data }]] : []),
  ]);
}

async function reply(
  { replies }: HandlePorts,
  { heard, words }: Asking,
  lines: readonly Line[],
  buttons: readonly (readonly Button[])[] = [],
): Promise<void> {
  if (words.isRefresh) await replies.replace(heard, { lines, buttons });
  else await replies.say(placeOf(heard), { lines, buttons });
}

/** Shows what would happen, with a button that works once, for this person, for a while. */
async function ask(
  ports: HandlePorts,
  { heard, user }: Case,
  found: ConfirmAnswer,
): Promise<string> {
  const { confirmations, config, metrics, replies } = ports;
  const nonce = randomBytes(8).toString('hex');
  const messageId = await replies.say(placeOf(heard), {
    lines: [...found.lines, italic(`within ${config.confirm_seconds} s, by ${user.name} alone`)],
    buttons: [
      [
        { text: `✅ ${found.label}`, data: `c:${nonce}` },
        { text: 'Cancel', data: `x:${nonce}` },
      ],
    ],
  });
  if (messageId === undefined) return 'could not be asked';
  const at = { chatId: heard.chatId, messageId };
  confirmations.add(nonce, { userId: user.id, userName: user.name, what: found }, () => {
    metrics.confirmations(confirmations.size());
    const lines = [...found.lines, italic('expired: nothing was done')];
    ports.background('show an expired confirmation', replies.replace(at, { lines }));
  });
  metrics.confirmations(confirmations.size());
  return 'asked to confirm';
}
