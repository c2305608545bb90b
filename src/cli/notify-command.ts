import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { NotifierAnswer, type NotifierRequest } from '#core/alerts/notifier-request.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import { UsageError } from './usage-error.ts';

/** `notify status|test|mute|acknowledge`: asks the notifier of a running desk. */
export async function notifyCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...DESK_OPTIONS, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const clock = systemClock();
  const request = notifierRequest(positionals, {
    by: userInfo().username,
    nowMs: clock.now(),
  });
  const { dataDir } = deskOf(values, env);
  const reply = await askDesk({ kind: 'notifier', body: request }, { dataDir, clock });
  if (reply === undefined) {
    console.log('the desk does not run');
    return EXIT.failed;
  }
  const answer = NotifierAnswer.parse(reply.body);
  if (values.json) console.log(JSON.stringify(answer));
  else for (const line of answerLines(answer)) console.log(line);
  return answer.isDone ? EXIT.asked : EXIT.failed;
}

const VERBS = 'status, test, mute TIME or acknowledge ID';

/** What the words ask for. @throws UsageError that says what would be right. */
export function notifierRequest(
  [verb, word, ...more]: readonly string[],
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): NotifierRequest {
  if (more.length > 0) throw new UsageError(`notify ${verb} does not take "${more[0]}"`);
  if ((verb === 'status' || verb === 'test') && word !== undefined) {
    throw new UsageError(`notify ${verb} does not take "${word}"`);
  }
  switch (verb) {
    case 'status':
      return { kind: 'status' };
    case 'test':
      return { kind: 'test', by };
    case 'mute':
      return { kind: 'mute', untilMs: nowMs + muteMs(word), by };
    case 'acknowledge':
      if (word === undefined) throw new UsageError('notify acknowledge expects an id');
      return { kind: 'acknowledge', id: word, by };
    default:
      throw new UsageError(`expected notify ${VERBS}`);
  }
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MUTE_MS_MAX = 30 * 86_400_000;

/** `off` ends a mute: its time is over at once. */
function muteMs(word: string | undefined): number {
  if (word === 'off') return 0;
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(word ?? '') ?? [];
  const ms = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  if (ms > 0 && ms <= MUTE_MS_MAX) return ms;
  const found = word === undefined ? 'nothing' : `"${word}"`;
  throw new UsageError(`notify mute expects a time such as 30m, 2h or 1d, or off, not ${found}`);
}

export function answerLines(answer: NotifierAnswer): readonly string[] {
  const { message, channels, mutedUntilMs, open } = answer;
  return [
    ...(message === '' ? [] : [message]),
    ...channels.map(({ name, waiting, deliveredMs, problem }) => {
      const last = deliveredMs === undefined ? 'none sent yet' : `last sent ${time(deliveredMs)}`;
      return `${name.padEnd(16)} ${waiting} waiting, ${last}${problem === undefined ? '' : `, ${problem}`}`;
    }),
    ...(mutedUntilMs === undefined ? [] : [`muted until ${time(mutedUntilMs)}`]),
    ...open.map(({ id, title }) => `not acknowledged: ${id}  ${title}`),
  ];
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}
