/**
 * Operator commands on their way to execution. While execution is down a command waits a little for
 * it, then is left in the command file that execution obeys at its start. It is also sent as soon
 * as execution is back, since it may have read the file just before; a command's id makes that
 * harmless. So a kill switch is never lost between two lives of execution.
 */
import { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { PermanentError, errorText } from '#platform/errors.ts';
import { commandFile, commandFilePath } from '#platform/lifecycle/command-file.ts';
import type { Log } from '#platform/log/log.ts';

export interface OperatorCommands {
  carryOut(raw: unknown): Promise<OperatorCommandResult>;
  /** Execution became ready. */
  executionIsReady(): void;
}

export interface OperatorCommandPorts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly isReady: () => boolean;
  readonly ask: (command: OperatorCommand, withinMs: number) => Promise<unknown>;
}

// Under the limit of the command line, which waits for the answer.
const TRY_FOR_MS = 10_000;
const LOOK_MS = 50;
const LEFT_MAX = 100;

export function operatorCommands(ports: OperatorCommandPorts): OperatorCommands {
  const { clock, log } = ports;
  const file = commandFile(commandFilePath(ports.dataDir), OperatorCommand);
  let left: OperatorCommand[] = [];

  async function carryOut(raw: unknown): Promise<OperatorCommandResult> {
    const command = OperatorCommand.parse(raw);
    // Execution says what came of it; this line is for the file, should execution be down.
    log.child('control').info({ id: command.id, kind: command.kind, by: command.by }, 'asked');
    const untilMs = clock.monotonic() + TRY_FOR_MS;
    let why = 'execution is down';
    for (;;) {
      while (!ports.isReady() && clock.monotonic() < untilMs) await clock.sleep(LOOK_MS);
      const leftMs = untilMs - clock.monotonic();
      if (leftMs <= 0) return leave(command, why);
      try {
        return OperatorCommandResult.parse(await ports.ask(command, leftMs));
      } catch (error) {
        why = errorText(error);
        // Its answer, though not the one wished for. Anything else leaves open whether the command
        // was carried out; its id makes a second time harmless.
        if (error instanceof PermanentError) return { id: command.id, isDone: false, message: why };
        await clock.sleep(LOOK_MS);
      }
    }
  }

  function leave(command: OperatorCommand, why: string): OperatorCommandResult {
    // A price of later is another wish. Nobody knows whether this one arrived; its id does.
    if (command.order?.side === 'buy') {
      const message = `${why}: a buy is not kept for later; whether it arrived, its id tells again`;
      return { id: command.id, isDone: false, message };
    }
    // First in memory: a full disk, which may be why execution is down, must not lose it.
    left = [...left, command].slice(-LEFT_MAX);
    log.warn({ id: command.id, kind: command.kind, why }, 'command left for execution');
    const kept = `${why}: the command is kept and will be carried out when execution is back`;
    const problem = write(command);
    const message =
      problem === undefined ? kept : `${kept}, if this desk runs until then${problem}`;
    return { id: command.id, isDone: false, isPending: true, message };
  }

  function write(command: OperatorCommand): string | undefined {
    try {
      file.append(command);
      return undefined;
    } catch (error) {
      log.error({ id: command.id, err: error }, 'left command could not be written');
      return ` (it could not be written: ${errorText(error)})`;
    }
  }

  async function sendLeft(): Promise<void> {
    const again = left;
    left = [];
    for (const command of again) {
      try {
        const answer = await ports.ask(command, TRY_FOR_MS);
        const { isDone, message } = OperatorCommandResult.parse(answer);
        log.info({ id: command.id, isDone, result: message }, 'left command carried out');
        if (isDone) file.remove([command.id]);
      } catch (error) {
        left.push(command);
        log.warn({ id: command.id, err: error }, 'left command failed, kept');
      }
    }
  }

  return { carryOut, executionIsReady: () => void sendLeft() };
}
