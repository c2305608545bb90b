/** Why a process ended, for the coordinator, systemd and scripts. */
export const EXIT = {
  asked: 0,
  failed: 1,
  /** The operator must change config, input or surroundings; a restart cannot help. */
  config: 2,
  /** A promise of ours was broken; recovery starts from the ledger. */
  invariant: 70,
  /** Something it cannot work without is gone (parent, lease, database). */
  lostDependency: 71,
  /** The disk refused a write; nothing is sent that is not written. */
  storage: 74,
  /** Somebody else holds what it needs; a later start may succeed. */
  tryLater: 75,
} as const;
