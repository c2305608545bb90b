import type { ConformanceResult } from '#core/promotion/conformance.ts';
import type { FidelityScore } from '#core/fidelity/score.ts';
import type { PromotionRecord } from '#core/promotion/promotion-record.ts';
import type { RunRecord } from '#core/promotion/run-record.ts';
import { hotInsert, hotQuery } from './hot-query.ts';
import { promotionOf, runOf } from './rows.ts';
import type { StoreContext } from './store-context.ts';

/** What promotion is judged by and what came of it. */
export interface PromotionStore {
  startRun(run: RunRecord): Promise<void>;
  /** Writes how far a run has come; the end too when it has one. */
  beatRun(run: RunRecord): Promise<void>;
  runs(): Promise<readonly RunRecord[]>;
  recordPromotion(record: Omit<PromotionRecord, 'seq'>): Promise<void>;
  /** Oldest first. */
  promotions(): Promise<readonly PromotionRecord[]>;
  recordConformance(result: ConformanceResult, by: Person): Promise<void>;
  /** A score that is there already stays. */
  recordFidelity(score: FidelityScore): Promise<void>;
}

interface Person {
  readonly who: string;
  readonly origin: string;
}

export function promotionStore(context: StoreContext): PromotionStore {
  const { session } = context;
  const sql = statements(context.builder);
  return {
    startRun: async (run) => {
      await session.run(sql.insertRun(runRow(run)));
    },
    beatRun: async (run) => {
      await session.run(sql.beat(runRow(run)));
    },
    runs: async () => (await session.all(sql.runs({}))).map(runOf),
    promotions: async () => (await session.all(sql.promotions({}))).map(promotionOf),
    recordPromotion: (record) => recordPromotion(context, sql, record),
    recordFidelity: async (score) => {
      const { clientOrderId, account, createdMs } = score;
      await session.run(
        sql.insertFidelity({
          client_order_id: clientOrderId,
          account,
          created_ms: createdMs,
          score: JSON.stringify(score),
        }),
      );
    },
    recordConformance: (result, by) => recordConformance(context, sql, { result, by }),
  };
}

type Statements = ReturnType<typeof statements>;

async function recordPromotion(
  { session, audit }: StoreContext,
  sql: Statements,
  record: Omit<PromotionRecord, 'seq'>,
): Promise<void> {
  const { kind, atMs, venue, venueAccount, decisionHash, by, origin, reason, checklist } = record;
  await session.run(
    sql.insertPromotion({
      kind,
      at_ms: Math.floor(atMs),
      decision_hash: decisionHash,
      venue,
      venue_account: venueAccount ?? null,
      by_whom: by,
      origin,
      reason,
      checklist: JSON.stringify(checklist),
    }),
  );
  const payload = { venue, venueAccount, checklist };
  await audit.record({ atMs, kind, ref: decisionHash, who: by, origin, why: reason, payload });
}

async function recordConformance(
  { session, audit }: StoreContext,
  sql: Statements,
  { result, by }: { readonly result: ConformanceResult; readonly by: Person },
): Promise<void> {
  const { venue, atMs, isSandbox, cases } = result;
  await session.run(
    sql.insertConformance({ at_ms: Math.floor(atMs), venue, result: JSON.stringify(result) }),
  );
  const count = (wanted: string): number =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  const payload = { isSandbox, pass: count('pass'), fail: count('fail'), skip: count('skip') };
  await audit.record({ ...by, atMs, kind: 'conformance', ref: venue, why: '', payload });
}

function runRow(run: RunRecord) {
  return {
    id: run.id,
    mode: run.mode,
    decision_hash: run.decisionHash,
    venue: run.venue,
    tape: run.tape,
    timeframe: run.timeframe,
    started_ms: Math.floor(run.startedMs),
    beat_ms: Math.floor(run.beatMs),
    live_ms: Math.floor(run.liveMs),
    due_candles: run.dueCandles,
    max_drawdown_fraction: run.maxDrawdownFraction,
    crash_loops: run.crashLoops,
    ended_ms: run.endedMs === undefined ? null : Math.floor(run.endedMs),
  };
}

function statements(builder: StoreContext['builder']) {
  return {
    insertRun: hotInsert(builder, 'runs', [
      'id',
      'mode',
      'decision_hash',
      'venue',
      'tape',
      'timeframe',
      'started_ms',
      'beat_ms',
      'live_ms',
      'due_candles',
      'max_drawdown_fraction',
      'crash_loops',
      'ended_ms',
    ]),
    beat: hotQuery((row: ReturnType<typeof runRow>) =>
      builder
        .updateTable('runs')
        .set({
          beat_ms: row.beat_ms,
          live_ms: row.live_ms,
          due_candles: row.due_candles,
          max_drawdown_fraction: row.max_drawdown_fraction,
          crash_loops: row.crash_loops,
          ended_ms: row.ended_ms,
        })
        .where('id', '=', row.id),
    ),
    runs: hotQuery(() => builder.selectFrom('runs').selectAll().orderBy('seq')),
    insertPromotion: hotInsert(builder, 'promotions', [
      'kind',
      'at_ms',
      'decision_hash',
      'venue',
      'venue_account',
      'by_whom',
      'origin',
      'reason',
      'checklist',
    ]),
    promotions: hotQuery(() => builder.selectFrom('promotions').selectAll().orderBy('seq')),
    insertFidelity: hotInsert(
      builder,
      'fidelity',
      ['client_order_id', 'account', 'created_ms', 'score'],
      { orIgnore: true },
    ),
    insertConformance: hotInsert(builder, 'conformance', ['at_ms', 'venue', 'result']),
  };
}
