import { parseArgs } from 'node:util';
import { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import { commandFile, commandFilePath } from '#platform/lifecycle/command-file.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf, type DeskValues } from './desk-args.ts';
import { originOf } from './origin.ts';
import { userName } from './user-name.ts';

type Run = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>;

/** The desk ends within 10 s; a little more shows that it did not. */
const STOP_WITHIN_MS = 15_000;
const STOP_POLL_MS = 100;

type Wish = Pick<OperatorCommand, 'kind' | 'pair' | 'order'>;

/** `pause`, `resume`, `flatten`, `kill-switch`: by the control socket, or left for the next start. */
export function operatorCommand(kind: OperatorCommand['kind']): Run {
  return async (args, env) => {
    const { values } = parseArgs({ args: [...args], options: COMMAND_OPTIONS });
    return sendCommand({ kind }, values, env);
  };
}

export const COMMAND_OPTIONS = { ...DESK_OPTIONS, reason: { type: 'string' } } as const;

/** Has a running desk carry a command out, or leaves it for the next start. */
export async function sendCommand(
  wish: Wish,
  values: DeskValues & { readonly reason?: string | undefined },
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { dataDir } = deskOf(values, env);
  const clock = systemClock();
  const command = OperatorCommand.parse({
    ...wish,
    id: freshId(),
    by: userName(),
    origin: originOf(env),
    reason: values.reason ?? '',
    issuedMs: clock.now(),
  });
  const answer = await askDesk({ kind: 'command', command }, { dataDir, clock });
  if (answer !== undefined) {
    const result = OperatorCommandResult.parse(answer.body);
    console.log(result.message);
    return result.isDone ? EXIT.asked : EXIT.failed;
  }
  if (wish.order?.side === 'buy') {
    console.log('the desk does not run; a buy is not kept for its next start');
    return EXIT.failed;
  }
  commandFile(commandFilePath(dataDir), OperatorCommand).append(command);
  console.log(`the desk does not run; ${wish.kind} is carried out when it starts`);
  return EXIT.asked;
}

/** `stop`: asks the desk to end and waits until it has. */
export const stopCommand: Run = async (args, env) => {
  const { values } = parseArgs({ args: [...args], options: DESK_OPTIONS });
  const { dataDir } = deskOf(values, env);
  const clock = systemClock();
  const answer = await askDesk({ kind: 'stop' }, { dataDir, clock });
  if (answer === undefined) {
    console.log('the desk does not run');
    return EXIT.asked;
  }
  await untilGone(dataDir, clock);
  console.log('the desk has stopped');
  return EXIT.asked;
};

async function untilGone(dataDir: string, clock: Clock): Promise<void> {
  const startedMs = clock.monotonic();
  while (clock.monotonic() - startedMs < STOP_WITHIN_MS) {
    // It cuts connections while it ends; only a socket that nobody serves means gone.
    const answer = await askDesk({ kind: 'status' }, { dataDir, clock }).catch(() => null);
    if (answer === undefined) return;
    await clock.sleep(STOP_POLL_MS);
  }
  throw new DeskError(
    'stop',
    'the desk has not stopped after 15 s; its log says what it waits for',
  );
}
