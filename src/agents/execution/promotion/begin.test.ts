import { describe, expect, it } from 'vitest';
import type { RunRecord } from '#core/promotion/run-record.ts';
import type { StartWishes } from '#core/model/start-wishes.ts';
import { LIFTED_BY } from '#core/risk/halts.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { T0, tempLedger } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { promotionFacts } from '#promotion/promotion-subject.ts';
import { beginPromotion } from './begin.ts';
import { differences } from './record-start.ts';
import { BEAT_MS } from './run-log.ts';

const DAY = 86_400_000;
const CONFIG = {
  mode: 'production',
  exchange: { name: 'practice', api_key: 'planted-key', base_url: 'http://127.0.0.1:1' },
  timeframe: '1m',
  practice: { replay: { files: [] } },
};

function begin(ledger: Ledger, config: object = CONFIG, wishes?: Partial<StartWishes>) {
  const clock = fakeClock(T0);
  const given = { id: 's1', by: 'ann', atMs: T0, override: null, acceptDifferences: false };
  const asked = wishes === undefined ? undefined : { ...given, ...wishes };
  const instance = `run ${Math.random()}`;
  const options = {
    ledger,
    clock,
    log: silentLog(),
    instance,
    account: 'live',
    config: { ...config },
    wishes: asked,
  };
  return { clock, begun: beginPromotion(options) };
}

async function promote(ledger: Ledger, kind: 'promoted' | 'demoted' = 'promoted'): Promise<void> {
  const { decisionHash, venue } = promotionFacts(CONFIG, process.cwd());
  const record = { kind, atMs: T0, decisionHash, venue, venueAccount: undefined } as const;
  const by = { by: 'ann', origin: '', reason: '', checklist: [] };
  await ledger.transaction((tx) => tx.recordPromotion({ ...record, ...by }));
}

async function kinds(path: string): Promise<readonly string[]> {
  const reader = await openLedgerReader(path);
  const { rows } = await reader.audit({ limit: 50 });
  await reader.close();
  return rows.map(({ kind }) => kind).toReversed();
}

describe('beginPromotion', () => {
  it('refuses production without a promotion, whoever started the process', async () => {
    await using temp = await tempLedger();

    await expect(begin(temp.ledger).begun).rejects.toThrow('never promoted');
    await promote(temp.ledger, 'demoted');
    await expect(begin(temp.ledger).begun).rejects.toThrow('demoted');
  });

  it('starts with a reason, which is in the audit', async () => {
    await using temp = await tempLedger();
    await begin(temp.ledger, CONFIG, { override: 'first look' }).begun;

    expect(await kinds(temp.path)).toEqual([
      'audit.started',
      'override',
      'config.changed',
      'mode.started',
    ]);
  });

  it('notes a change of the config once, without what is secret or new at each start', async () => {
    await using temp = await tempLedger();
    await promote(temp.ledger);
    await begin(temp.ledger).begun;
    const moved = { ...CONFIG, exchange: { ...CONFIG.exchange, base_url: 'http://127.0.0.1:2' } };
    await begin(temp.ledger, moved).begun;
    await begin(temp.ledger, { ...moved, logging: { level: 'debug' } }).begun;
    const reader = await openLedgerReader(temp.path);
    const { rows } = await reader.audit({ limit: 50, kind: 'config' });
    await reader.close();

    expect(rows.map(({ payload }) => payload)).toEqual([
      { 'logging.level': { before: null, now: 'debug' } },
      {},
    ]);
    expect(JSON.stringify(rows)).not.toContain('planted');
    expect(await temp.ledger.read((query) => query.lastConfig())).not.toContain('planted');
  });

  it('takes the halt of a demotion away when a start is allowed', async () => {
    await using temp = await tempLedger();
    const halt = { kind: 'demoted', sinceMs: T0, reason: 'why', liftedBy: 'x' } as const;
    await temp.ledger.transaction((tx) => tx.raiseHalt(halt));
    await begin(temp.ledger, { ...CONFIG, mode: 'shadow' }).begun;

    expect(await temp.ledger.read((query) => query.halts())).toEqual([]);
    const reader = await openLedgerReader(temp.path);
    const events = await reader.events({ afterSeq: 0, limit: 9 });
    await reader.close();
    expect(events.map(({ event }) => event)).toEqual([
      { kind: 'mode.started', mode: 'shadow', venue: 'practice', account: 'live' },
      { kind: 'halt.lifted', halt: 'demoted' },
    ]);
  });

  it('lets a process that dies after a demotion go on halted, and no new start', async () => {
    await using temp = await tempLedger();
    await promote(temp.ledger);
    const started = { atMs: T0 - 1_000 };
    await begin(temp.ledger, CONFIG, started).begun;
    await promote(temp.ledger, 'demoted');

    await begin(temp.ledger, CONFIG, started).begun;

    const halts = () => temp.ledger.read((query) => query.halts());
    expect(await halts()).toMatchObject([{ kind: 'demoted' }]);
    const anew = { atMs: T0 + DAY };
    await expect(begin(temp.ledger, CONFIG, anew).begun).rejects.toThrow('demoted');
    await begin(temp.ledger, CONFIG, { ...anew, override: 'I know' }).begun;
    expect(await halts(), 'a person has overridden it').toEqual([]);
  });

  it('takes no override for what came after it', async () => {
    await using temp = await tempLedger();
    const started = { atMs: T0 - 1_000, override: 'first look' };
    await begin(temp.ledger, CONFIG, started).begun;
    await promote(temp.ledger, 'demoted');

    await begin(temp.ledger, CONFIG, started).begun;

    const [halt] = await temp.ledger.read((query) => query.halts());
    expect(halt).toMatchObject({ kind: 'demoted', liftedBy: LIFTED_BY.demoted });
  });

  it('guards what is held when other code lies on the disk at a restart, and enters nothing', async () => {
    await using temp = await tempLedger();
    await promote(temp.ledger);
    const started = { atMs: T0 - 1_000 };
    await begin(temp.ledger, CONFIG, started).begun;

    await begin(temp.ledger, { ...CONFIG, timeframe: '5m' }, started).begun;

    const [halt] = await temp.ledger.read((query) => query.halts());
    expect(halt?.reason).toContain('what decides has changed since');
  });

  it('uses more of the capital with each clean day and all of it in shadow', async () => {
    await using temp = await tempLedger();
    await promote(temp.ledger);
    const { begun } = begin(temp.ledger);
    expect((await begun).capitalFraction()).toBe(0.1);
    const [first] = await temp.ledger.read((query) => query.runs());
    const old: RunRecord = {
      ...(first as RunRecord),
      id: 'old',
      startedMs: T0 + 1,
      liveMs: 8 * DAY,
    };
    await temp.ledger.transaction((tx) => tx.startRun(old));

    expect((await begin(temp.ledger).begun).capitalFraction()).toBe(0.25);
    const shadow = await begin(temp.ledger, { ...CONFIG, mode: 'shadow' }).begun;
    expect(shadow.capitalFraction()).toBe(1);
  });
});

describe('run log', () => {
  it('counts time with fresh data, candles due, drawdown and each crash loop once', async () => {
    await using temp = await tempLedger();
    const { clock, begun } = begin(temp.ledger, { ...CONFIG, mode: 'shadow' });
    const { runLog } = await begun;
    const calm = { livePairs: 2, drawdownFraction: 0.01, crashLooping: [] };
    await clock.advance(BEAT_MS);
    await runLog.beat(calm);
    await clock.advance(BEAT_MS);
    await runLog.beat({ ...calm, livePairs: 0, crashLooping: ['data'] });
    await clock.advance(BEAT_MS);
    await runLog.beat({ livePairs: 2, drawdownFraction: 0.03, crashLooping: ['data'] });
    await clock.advance(3_600_000);
    await runLog.beat(calm);

    const read = () => temp.ledger.read((query) => query.runs());
    expect(await read()).toMatchObject([
      {
        mode: 'shadow',
        tape: 'live',
        venue: 'practice',
        liveMs: 4 * BEAT_MS,
        dueCandles: 4,
        maxDrawdownFraction: 0.03,
        crashLoops: 1,
        endedMs: undefined,
      },
    ]);
    await runLog.end();
    expect((await read())[0]?.endedMs).toBeDefined();
  });
});

describe('differences', () => {
  it('names keys that came, went and changed', () => {
    expect(differences({ a: 1, b: [1], c: 2 }, { a: 1, b: [2], d: 3 })).toEqual({
      b: { before: [1], now: [2] },
      c: { before: 2, now: null },
      d: { before: null, now: 3 },
    });
  });
});
