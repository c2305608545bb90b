import type { Halt } from '#core/model/halt.ts';
import { type Conditions, conditionHalts } from '#core/risk/condition-halts.ts';
import { liftHalt, raiseHalt } from './account-mark.ts';
import type { Desk } from './desk.ts';

/** Raises and lifts the halts that come and go with the world around the desk. */
export async function keepHalts(desk: Desk): Promise<void> {
  const { ports, journal } = desk;
  const conditions = conditionsOf(desk);
  const { unknown } = conditions;
  const oldestMs = Math.max(0, ...unknown.map(({ ageMs }) => ageMs));
  ports.metrics.unknownCommands(unknown.length, oldestMs / 1_000);
  const { raise, lift } = conditionHalts(conditions, ports.config.limits);
  if (raise.length === 0 && lift.length === 0) return;
  const nowMs = Math.floor(conditions.nowMs);
  await journal.run(async (tx, draft) => {
    for (const kind of lift) await liftHalt(desk, tx, draft, { kind, nowMs });
    for (const halt of raise) await raiseHalt(desk, tx, draft, halt);
  });
}

function conditionsOf({ ports, state, market }: Desk): Conditions {
  const nowMs = ports.clock.now();
  const { command_timeout_ms: timeoutMs } = ports.config.section;
  // One that was under way when the last process ended is still written as pending.
  const unknown = [...state.commands.values()].filter(
    ({ outcome, createdMs }) => outcome === 'unknown' || nowMs - createdMs > timeoutMs,
  );
  return {
    nowMs,
    dataAgesMs: market.agesMs(nowMs),
    unknown: unknown.map(({ pair, createdMs }) => ({ pair, ageMs: nowMs - createdMs })),
    clockOffsetMs: ports.clockOffsetMs?.(),
    ...market.tradingPairs(),
    active: [...state.halts.values()],
  };
}

/**
 * The command that sells everything after a fall too large for a month. Its id follows from the
 * halt, so a restart between the halt and the command goes on with it, and it is done once.
 */
export function monthFlatten(halt: Halt, issuedMs: number) {
  const id = `month-drawdown-${halt.sinceMs}`;
  return { id, kind: 'flatten', by: 'desk', reason: halt.reason, issuedMs } as const;
}
