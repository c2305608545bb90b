/**
 * What a person's text or button leads to. Strangers get nothing. Every command of a known person is
 * recorded before it runs and logged when it is done; what the desk has to do is recorded before the
 * desk is asked, so an update that comes again after a kill goes on there and acts once. Whatever
 * fails, the person is told: silence would be taken for "done".
 */
import { italic, plain } from '../text/line.ts';
import type { Wish } from '../commands/command.ts';
import { whoIs } from '../access/who.ts';
import { type Case, carry, type HandlePorts, placeOf } from './handling.ts';
import { pressButton } from './press-button.ts';
import { type HeardUpdate, readWords, type Words } from './read-update.ts';
import { runCommand } from './run-command.ts';

// One that began this long ago and never ended is not acted upon any more: the person has long
// looked for themselves.
const RESUME_WITHIN_MS = 15 * 60_000;

export async function handleUpdate(ports: HandlePorts, heard: HeardUpdate): Promise<void> {
  const { commandLog, config, metrics, clock, log } = ports;
  const { chatId, updateId, userId } = heard;
  const user = whoIs(config, heard);
  if (user === undefined) return stranger(ports, heard);
  const words = readWords(heard, ports.botName());
  if (words === undefined) return metrics.update('ignored');
  const seen = commandLog.begin({
    updateId,
    chatId,
    userId,
    atMs: Math.floor(clock.now()),
    name: user.name,
    command: words.text,
  });
  if (seen.kind === 'done') return metrics.update('repeated');
  const the = { heard, user };
  let outcome: string;
  try {
    outcome =
      seen.kind === 'acting' ? await takeUp(ports, the, seen) : await run(ports, the, words);
  } catch (error) {
    if (!ports.acting.signal.aborted)
      ports.background('tell of a failure', tellFailure(ports, the));
    throw error;
  }
  commandLog.done(updateId, outcome);
  const by = `telegram:${user.name}`;
  log.info({ by, chatId, updateId, command: words.text, outcome }, 'telegram command');
}

function run(ports: HandlePorts, the: Case, words: Words): Promise<string> {
  return words.kind === 'button' ? pressButton(ports, the, words) : runCommand(ports, the, words);
}

async function tellFailure({ replies }: HandlePorts, { heard }: Case): Promise<void> {
  const text = 'this failed; /status shows whether it was done, the log of the notifier says why';
  await replies.say(placeOf(heard), { lines: [plain(text)] });
}

function stranger(ports: HandlePorts, heard: HeardUpdate): void {
  const { chatId, userId } = heard;
  ports.metrics.update('stranger');
  const notice = ports.strangers.note(heard, ports.clock.now());
  if (notice === undefined) return;
  ports.log.warn({ chatId, userId, ...notice }, 'a stranger writes to the bot');
  const { updates, people } = notice;
  const lines = [
    plain(`strangers write to this bot and get no answer: ${updates} times, ${people} people`),
    italic(`the last: user ${userId} in chat ${chatId}`),
  ];
  const told = ports.config.chats.map((to) => ports.replies.say({ chatId: to }, { lines }));
  ports.background('tell of strangers', Promise.all(told));
}

/** The process died between asking the desk and telling the person. */
async function takeUp(
  ports: HandlePorts,
  the: Case,
  { wish, sinceMs }: { readonly wish: string; readonly sinceMs: number },
): Promise<string> {
  ports.metrics.update('command');
  const to = placeOf(the.heard);
  if (ports.clock.now() - sinceMs > RESUME_WITHIN_MS) {
    const text = 'this was interrupted a while ago; /status shows whether it was done';
    await ports.replies.say(to, { lines: [plain(text)] });
    return 'interrupted, too old to go on';
  }
  // Written by `act`, in this table, by this program.
  const what = { wish: JSON.parse(wish) as Wish, issuedMs: sinceMs };
  const results = await carry(ports, the, what);
  const lines = [italic('interrupted and taken up again'), ...results.map(plain)];
  await ports.replies.say(to, { lines });
  return results.join('; ');
}
