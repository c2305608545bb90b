/**
 * Asks the desk for what a person confirmed, by the coordinator's socket. Each command has an id made
 * of the press of the button, so whatever happens to this process or to an answer, asking again does
 * nothing twice: execution carries out an id once.
 */
import { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import { ReloadResult } from '#core/model/reload.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, TransientError } from '#platform/errors.ts';
import type { NotifierPorts } from '../../ports.ts';
import type { Wish } from '../commands/command.ts';
import { changeNames } from '../commands/reload.ts';

export interface Acting {
  readonly ask: NotifierPorts['ask'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ActingPerson {
  readonly updateId: number;
  readonly chatId: number;
  readonly name: string;
  readonly issuedMs: number;
}

// A coordinator that is being replaced is back within seconds.
const TRIES = 3;
const BETWEEN_MS = 2_000;

/** What came of it, in the desk's own words. */
export async function carryOut(
  acting: Acting,
  wish: Wish,
  person: ActingPerson,
): Promise<readonly string[]> {
  if (wish.kind === 'reload') return reload(acting, wish, person);
  const results: string[] = [];
  for (const [index, wished] of wish.commands.entries()) {
    const command = OperatorCommand.parse({
      ...wished,
      id: `telegram-${person.updateId}-${index}`,
      by: `telegram:${person.name}`,
      origin: `telegram chat ${person.chatId}`,
      issuedMs: person.issuedMs,
    });
    results.push(await resultOf(acting, command));
  }
  return results;
}

/** Applies what was shown. Asked again after it was applied, it finds nothing to change. */
async function reload(
  acting: Acting,
  wish: Extract<Wish, { kind: 'reload' }>,
  person: ActingPerson,
): Promise<readonly string[]> {
  const request = {
    kind: 'reload',
    by: `telegram:${person.name}`,
    origin: `telegram chat ${person.chatId}`,
    reason: wish.reason,
  } as const;
  const ask = async (isDryRun: boolean): Promise<ReloadResult | undefined> => {
    const reply = await acting.ask({ ...request, isDryRun });
    return reply === undefined ? undefined : ReloadResult.parse(reply.body);
  };
  try {
    const now = await ask(true);
    if (now === undefined) return ['the desk does not answer: nothing was reloaded'];
    if (now.problems.length === 0 && now.changes.length === 0) return ['nothing is left to change'];
    if (changeNames(now).join('\n') !== wish.changes.join('\n')) {
      return ['the files have changed since they were shown: nothing was reloaded, ask again'];
    }
    return reloaded(await ask(false));
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return [`${error.message}; whether it is reloaded shows /config`];
  }
}

function reloaded(result: ReloadResult | undefined): readonly string[] {
  if (result === undefined)
    return ['the desk does not answer; whether it is reloaded shows /config'];
  if (!result.isApplied) return ['not reloaded', ...result.problems];
  const again = result.restarted.length === 0 ? '' : `, restarted ${result.restarted.join(', ')}`;
  return [`reloaded as version ${result.version}${again}`, ...result.warnings];
}

async function resultOf(acting: Acting, command: OperatorCommand): Promise<string> {
  const about = command.pair === undefined ? '' : `${command.pair}: `;
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      const reply = await acting.ask({ kind: 'command', command });
      if (reply !== undefined) {
        return `${about}${OperatorCommandResult.parse(reply.body).message}`;
      }
    } catch (error) {
      // What the desk refuses in words is an answer; silence is none.
      if (!(error instanceof DeskError)) throw error;
      if (!(error instanceof TransientError)) return `${about}${error.message}`;
    }
    if (left === 0) break;
    await acting.clock.sleep(BETWEEN_MS, acting.signal);
  }
  return `${about}the desk does not answer: whether it is done is not known, look at /status`;
}
