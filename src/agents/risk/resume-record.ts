/**
 * How the desk comes back from a Sharpe ratio that stops entries. Days without trades do not mend the
 * ratio, and no time that passes makes the strategy better: a person has to decide, by `resume`, as after
 * a drawdown. The record then begins anew, at half size until it has days enough to judge by.
 *
 * A `resume` that is not heard (Redis away, the agent down) changes nothing: the level stays, in sight of
 * whoever wanted it gone, and the next one is heard.
 */
import type { DeskEvent } from '#core/model/desk-event.ts';
import { isWorse } from '#core/risk/watch/step-limits.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { RiskMemory } from './kept-memory.ts';

export function hearResume(
  event: DeskEvent,
  { memory, clock, log }: { readonly memory: RiskMemory; readonly clock: Clock; readonly log: Log },
): void {
  if (event.kind !== 'command.done' || event.command !== 'resume') return;
  const sharpe = memory.now().limits.get('sharpe');
  // Whoever resumes after a pause says nothing of a record that stops nothing.
  if (sharpe === undefined || !isWorse(sharpe.level, 'warn')) return;
  memory.keep({ recordFromMs: clock.now() });
  log.warn({ by: event.by, sharpe: sharpe.value }, 'the record of days begins anew');
}
