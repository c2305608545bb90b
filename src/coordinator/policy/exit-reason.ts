import { EXIT } from '#platform/lifecycle/exit-codes.ts';

/** Why a process ended that nobody asked to end, as the metrics name it. */
export const EXIT_REASONS = [
  'judged',
  'killed',
  'asked',
  'failed',
  'config',
  'invariant',
  'lost-dependency',
  'storage',
  'try-later',
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

const BY_CODE: ReadonlyMap<number, ExitReason> = new Map([
  [EXIT.asked, 'asked'],
  [EXIT.config, 'config'],
  [EXIT.invariant, 'invariant'],
  [EXIT.lostDependency, 'lost-dependency'],
  [EXIT.storage, 'storage'],
  [EXIT.tryLater, 'try-later'],
]);

export function exitReason(death: {
  /** Null: a signal ended it. */
  readonly exitCode: number | null;
  /** The coordinator found it hung, too large, mute. */
  readonly wasJudged: boolean;
}): ExitReason {
  if (death.wasJudged) return 'judged';
  if (death.exitCode === null) return 'killed';
  return BY_CODE.get(death.exitCode) ?? 'failed';
}
