import { resolve } from 'node:path';
import type { StartWishes } from '#core/model/start-wishes.ts';
import { type PromotionRecord, standingText } from '#core/promotion/promotion-record.ts';
import { rampFraction } from '#core/promotion/ramp.ts';
import type { RunRecord } from '#core/promotion/run-record.ts';
import { LIFTED_BY } from '#core/risk/halts.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { mayStart, type StartVerdict } from '#promotion/may-start.ts';
import { type PromotionFacts, promotionFacts } from '#promotion/promotion-subject.ts';
import { promotedConfig } from './promoted-config.ts';
import { recordStart } from './record-start.ts';
import { type RunLog, startRunLog } from './run-log.ts';

export interface PromotionWatch {
  readonly facts: PromotionFacts;
  readonly runLog: RunLog;
  /** When a person started the desk; execution itself may have been restarted since. */
  readonly startedMs: number;
  /** Part of the capital that new entries may use. */
  readonly capitalFraction: () => number;
}

/** The same for a desk whose configuration may be changed while it runs. */
export interface PromotionKeeper extends PromotionWatch {
  /** What the desk would be with it; takes a moment, since it reads the code. */
  readonly factsOf: (config: Tree) => PromotionFacts;
  /**
   * Makes it so. In shadow other settings are another desk, whose record begins anew; what the run
   * is in production was decided at its start.
   */
  readonly change: (facts: PromotionFacts) => Promise<void>;
}

type Tree = Readonly<Record<string, unknown>>;

const ROOT = resolve(import.meta.dirname, '../../../..');

export interface BeginOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this process; with the time it is the id of a run. */
  readonly instance: string;
  /** The account that this process trades on. */
  readonly account: string;
  /** As the coordinator gave it. */
  readonly config: Tree;
  readonly wishes: StartWishes | undefined;
}

/**
 * The last gate before orders with real money: the command line has asked the same, but whatever
 * starts this process must not get around it. Then begins the record of this run.
 * @throws ConfigError when the desk may not trade in this mode.
 */
export async function beginPromotion(options: BeginOptions): Promise<PromotionKeeper> {
  const { ledger, clock, log, instance, account, config, wishes } = options;
  const runId = (): string => `${instance} ${new Date(clock.now()).toISOString()}`;
  const factsOf = (next: Tree) => promotionFacts(promotedConfig(next, wishes), ROOT);
  let facts = factsOf(config);
  const records = await ledger.read((query) => query.promotions());
  const allowance = await allowanceOf(options, facts, records);
  const { mode, venue, decisionHash } = facts;
  const start = { config, mode, venue, account, decisionHash, wishes, nowMs: clock.now() };
  await recordStart(ledger, start);
  await haltOrLift(options, allowance);
  const earlierMs = cleanMs(await ledger.read((query) => query.runs()), records, venue);
  let runLog = await startRunLog({ ledger, clock, id: runId() }, facts);
  const capitalFraction = (): number =>
    mode === 'production' ? rampFraction(facts.config.ramp, earlierMs + runLog.liveMs()) : 1;
  if (mode === 'production') {
    log.info({ fraction: capitalFraction(), cleanDays: earlierMs / 86_400_000 }, 'capital in use');
  }
  return {
    get facts() {
      return facts;
    },
    get runLog() {
      return runLog;
    },
    capitalFraction,
    startedMs: wishes?.atMs ?? clock.now(),
    factsOf,
    change: async (next) => {
      const isOther = next.decisionHash !== facts.decisionHash;
      facts = next;
      if (!isOther || mode === 'production') return;
      const before = runLog;
      await before.end();
      runLog = await startRunLog({ ledger, clock, id: runId() }, next);
    },
  };
}

/** Why a process may only guard and sell what is held; undefined = it may do all. */
type Allowance = string | undefined;

/**
 * Whether production may start. A process that dies comes back within the same start of a person,
 * which was allowed: what has happened since, a demotion or other code on the disk, keeps it from
 * entering anything. Refused, nobody would guard and sell what is held.
 */
async function allowanceOf(
  options: BeginOptions,
  facts: PromotionFacts,
  records: readonly PromotionRecord[],
): Promise<Allowance> {
  const { ledger, log, wishes } = options;
  if (facts.mode !== 'production') return undefined;
  const { venue } = facts;
  const startedMs = wishes?.atMs ?? Number.POSITIVE_INFINITY;
  const runs = await ledger.read((query) => query.runs());
  const isRestart = runs.some(
    (run) => run.mode === 'production' && run.venue === venue && run.startedMs >= startedMs,
  );
  // Known from the first connect on; keys of another account are refused when it is read again.
  const account = await ledger.read((query) => query.venueAccount());
  const override = wishes?.override ?? undefined;
  const verdict = mayStart(facts, records, { venueAccount: account?.accountId, override });
  if (verdict.kind === 'refused') {
    if (!isRestart) throw new ConfigError(verdict.text);
    return standingText(verdict.standing);
  }
  log.info({ standing: standingText(verdict.standing) }, 'promotion');
  if (verdict.kind === 'allowed') return undefined;
  const { standing } = verdict;
  // Whoever overrides knows of what was before, not of what came after.
  if (isRestart && standing.kind === 'demoted' && standing.record.atMs >= startedMs) {
    return standingText(standing);
  }
  await recordOverride(options, facts, verdict);
  return undefined;
}

/** The halt of a demotion is over with the next start that is allowed, and not before. */
async function haltOrLift({ ledger, log, clock }: BeginOptions, why: Allowance): Promise<void> {
  const atMs = Math.floor(clock.now());
  if (why === undefined) {
    await ledger.transaction(async (tx) => {
      if ((await tx.liftHalt('demoted', atMs)) === 'none') return;
      await tx.recordEvents([{ kind: 'halt.lifted', halt: 'demoted' }], atMs);
    });
    return;
  }
  log.warn({ why }, 'nothing is entered; what is held keeps its stops and exits');
  const active = await ledger.read((query) => query.halts());
  if (active.some(({ kind }) => kind === 'demoted')) return;
  const halt = {
    kind: 'demoted',
    sinceMs: atMs,
    reason: why,
    liftedBy: LIFTED_BY.demoted,
  } as const;
  await ledger.transaction(async (tx) => {
    await tx.raiseHalt(halt);
    await tx.recordEvents([{ kind: 'halt.raised', halt }], atMs);
  });
}

async function recordOverride(
  { ledger, clock, log, wishes }: BeginOptions,
  facts: PromotionFacts,
  verdict: StartVerdict & { readonly kind: 'overridden' },
): Promise<void> {
  log.warn({ reason: verdict.reason, by: wishes?.by }, 'promotion is overridden');
  await ledger.transaction((tx) =>
    tx.audit({
      atMs: clock.now(),
      kind: 'override',
      ref: facts.decisionHash,
      who: wishes?.by ?? 'desk',
      origin: wishes?.origin ?? '',
      why: verdict.reason,
      payload: { standing: standingText(verdict.standing), venue: facts.venue, start: wishes?.id },
    }),
  );
}

/** Time in production on this venue since the last breach: what the ramp goes by. */
export function cleanMs(
  runs: readonly RunRecord[],
  records: readonly PromotionRecord[],
  venue: string,
): number {
  const breach = records.filter((record) => record.kind === 'demoted' && record.venue === venue);
  const sinceMs = breach.at(-1)?.atMs ?? 0;
  return runs
    .filter((run) => run.mode === 'production' && run.venue === venue && run.tape === 'live')
    .filter((run) => run.startedMs >= sinceMs)
    .reduce((sum, run) => sum + run.liveMs, 0);
}
