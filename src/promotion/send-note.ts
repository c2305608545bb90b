import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorCommandResult } from '#core/model/operator-command.ts';
import { openLedger } from '#ledger/open-ledger.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { type NoteCommand, writeNote } from './write-note.ts';

/**
 * Has a note written: by execution while the desk runs, or here as the one writer of the ledger while
 * it is down; its lock makes sure that it is never both.
 */
export async function sendNote(
  command: NoteCommand,
  desk: { readonly dataDir: string; readonly deskId: string; readonly clock: Clock },
): Promise<OperatorCommandResult> {
  const { dataDir, clock } = desk;
  const answer = await askDesk({ kind: 'command', command }, { dataDir, clock });
  if (answer !== undefined) return OperatorCommandResult.parse(answer.body);
  const path = join(dataDir, 'ledger.db');
  if (!existsSync(path))
    throw new ConfigError(
      `no desk has run on ${dataDir} yet: start one there, or name its folder with --data-dir`,
    );
  const nowMs = Math.floor(clock.now());
  const ledger = await openLedger({
    path,
    deskId: desk.deskId,
    owner: `${command.kind} (pid ${process.pid})`,
    nowMs,
    synchronous: 'full',
  });
  try {
    const message = await ledger.transaction(async (tx) => {
      const before = await tx.operatorResult(command.id);
      if (before !== undefined) return before;
      const { result, events } = await writeNote(tx, command, nowMs);
      const { id, by, origin, kind, reason } = command;
      const who = { by, origin: origin ?? '', reason };
      const done = { kind: 'command.done', id, command: kind, ...who, result } as const;
      await tx.recordEvents([...events, done], nowMs);
      await tx.recordOperatorAction({ id, by, origin, kind, reason, result, atMs: nowMs });
      return result;
    });
    return { id: command.id, isDone: true, message };
  } finally {
    await ledger.close();
  }
}
