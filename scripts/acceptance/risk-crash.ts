/**
 * Item 20: a crash of the whole practice market on a desk that holds ten positions. The levels of the
 * risk agent must come in their order, each must do what it is for, and the desk must stay down.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '#bus/bus.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { account, risk } from '#bus/states.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { startDesk, type Desk } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { firstOf, judgeCrash, type SeenCrash, type SeenLevel } from './crash-order.ts';
import { findings, type Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { ledgerFacts } from './ledger-facts.ts';

const POSITIONS = 10;
const HOLDER = resolve(import.meta.dirname, '..', 'bench', 'buying-analyst.ts');
/**
 * Deep enough for the last limit, not for the stops: it is the agent that is asked for. Each cut slows
 * the loss, so the limits below lie close together.
 */
const FALL = -0.093;
const EXPOSURE_MIN = 0.8;
/** Slow, so that each level has its time: a look comes every second, a recovery takes minutes. */
const RAMP_MS = 420_000;
const AFTER_MS = 30_000;
const LOOK_MS = 100;
const HOUR_MS = 3_600_000;
/** An entry on its way when the level changed: execution reads the state at least so often. */
const HEARD_MS = 2_000;
/** The limit of the value at risk over what it is before the fall: every seed has a market of its own. */
const VAR_ROOM = 1.2;

/**
 * Large positions with far stops, so that the fall is lost in full; limits that minutes can reach.
 * What is not about losses is opened wide: a market of minutes has no history to be judged by.
 */
const CONFIG = {
  committee: {
    analysts: [{ file: HOLDER, weight: 1 }],
    cooldown_candles: 1,
    stop: { min_fraction: 0.1, max_fraction: 0.1 },
    target_max_fraction: 0.5,
  },
  risk_limits: {
    open_positions_max: POSITIONS,
    losses_in_row_max: 1_000,
    risk_fraction: 0.02,
    pair_exposure_max: 0.09,
    daily_loss_max: 0.025,
    month_drawdown_max: 0.028,
    var_max: 1,
    correlated_exposure_max: 1,
  },
  risk_agent: { check_interval_seconds: 1, volatility_target: 1, max_portfolio_var: 1 },
};

export async function run(args: readonly string[]): Promise<boolean> {
  const { seed } = itemFlags(args);
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-crash-'));
  const file = join(folder, 'settings.yaml');
  // YAML reads JSON.
  writeFileSync(file, JSON.stringify(CONFIG));
  try {
    const report = findings(`a crash on ${POSITIONS} positions, seed ${seed}`);
    await using desk = await startDesk({
      folder,
      args: ['--timeframe', '1s', '--seed', String(seed), '--config', file],
    });
    await desk.untilReady();
    await withBus(desk, report);
    return report.print();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withBus(desk: Desk, report: Findings): Promise<void> {
  const bus = await openBus({
    socketPath: socketPath(desk.dataDir, 'redis.sock'),
    instance: 'risk-crash',
    clock: systemClock(),
  });
  try {
    await crash(desk, bus, report);
  } finally {
    await bus.close();
  }
}

async function crash(desk: Desk, bus: Bus, report: Findings): Promise<void> {
  await eventually(() => held(desk) >= POSITIONS, {
    withinMs: 120_000,
    what: `${POSITIONS} positions are held`,
  });
  // Its volatility is of the hour under way: a fall over its end would be seen as two small ones.
  const leftMs = HOUR_MS - (Date.now() % HOUR_MS);
  if (leftMs < RAMP_MS + AFTER_MS) await sleep(leftMs + AFTER_MS);
  await setVarLimit(desk, bus, report);
  report.note('the fall', `${100 * FALL} % of all pairs in ${RAMP_MS / 1_000} s`);
  const startMs = Date.now();
  await shock(desk, { fraction: FALL, rampMs: RAMP_MS });
  const { levels, flatMs } = await watch(desk, bus, startMs);
  const refusing = firstOf(levels, 'reduce') ?? firstOf(levels, 'halt');
  const lateEntries =
    refusing === undefined ? [] : entriesAfter(desk, startMs + refusing.afterMs + HEARD_MS);
  const refusedForLevel = refusalsSince(desk, startMs);
  judgeCrash({ levels, lateEntries, refusedForLevel, flatMs, halts: haltsOf(desk) }, report);
  report.note('what sold', salesSince(desk, startMs).join(', ') || 'nothing');
  const checked = await desk.command(['ledger', 'check']);
  report.check('the ledger adds up', checked.code === 0, lastLine(checked.stdout));
}

/** From what the agent says of the portfolio once it has seen all of it. */
async function setVarLimit(desk: Desk, bus: Bus, report: Findings): Promise<void> {
  let exposure = 0;
  let valueAtRisk = 0;
  await eventually(
    async () => {
      const state = await bus.get(risk, 'current');
      exposure = state?.figures['exposure'] ?? 0;
      const limit = state?.limits.find(({ name }) => name === 'value-at-risk');
      valueAtRisk = limit?.value ?? 0;
      return exposure >= EXPOSURE_MIN;
    },
    { withinMs: 60_000, what: `the risk agent sees an exposure of ${EXPOSURE_MIN}` },
  );
  const limit = (VAR_ROOM * valueAtRisk).toFixed(4);
  const set = await desk.command(['config', 'set', 'risk_agent.max_portfolio_var', limit]);
  report.check(
    'the limit is set',
    set.code === 0,
    `${limit} at an exposure of ${exposure.toFixed(3)}`,
  );
}

async function watch(
  desk: Desk,
  bus: Bus,
  startMs: number,
): Promise<Pick<SeenCrash, 'levels' | 'flatMs'>> {
  const levels: SeenLevel[] = [];
  let flatMs: number | undefined;
  while (Date.now() - startMs < RAMP_MS + AFTER_MS) {
    const seen = await look(bus, startMs);
    if (seen !== undefined && seen.level !== levels.at(-1)?.level) {
      levels.push(seen);
      console.log(
        `${(seen.afterMs / 1_000).toFixed(1)} s ${seen.level}: ${seen.reasons.join('; ')}`,
      );
    }
    if (held(desk) === 0) flatMs ??= Date.now() - startMs;
    if (flatMs !== undefined && levels.at(-1)?.level === 'flatten') break;
    await sleep(LOOK_MS);
  }
  return { levels, flatMs };
}

async function look(bus: Bus, startMs: number): Promise<SeenLevel | undefined> {
  const state = await bus.get(risk, 'current');
  const [summary] = (await bus.all(account)).values();
  if (state === undefined || summary === undefined) return undefined;
  const { level, reasons } = state;
  return { level, reasons, afterMs: Date.now() - startMs, exposure: summary.exposureFraction };
}

function held(desk: Desk): number {
  using ledger = ledgerFacts(desk.dataDir);
  return ledger.positions().length;
}

function haltsOf(desk: Desk): readonly string[] {
  using ledger = ledgerFacts(desk.dataDir);
  return ledger.halts();
}

/** Pairs of the entries that execution made after a moment. */
function entriesAfter(desk: Desk, ms: number): readonly string[] {
  const sql = `select pair from orders where leg = 'entry' and created_ms > ?`;
  return ledgerRows(desk, sql, ms).map(({ pair }) => String(pair));
}

/** Entries that the gate refused, among other reasons, for the level. */
function refusalsSince(desk: Desk, ms: number): number {
  const sql = `select count(*) as n from intents where at_ms > ? and verdict like '%"risk-level"%'`;
  return Number(ledgerRows(desk, sql, ms)[0]?.['n']);
}

/** What sold, by leg, with how often. */
function salesSince(desk: Desk, ms: number): readonly string[] {
  const sql = `select leg, count(*) as n from orders
    where side = 'sell' and filled_qty <> '0' and updated_ms > ? group by leg`;
  return ledgerRows(desk, sql, ms).map(({ leg, n }) => `${String(leg)} ${Number(n)}`);
}

function ledgerRows(desk: Desk, sql: string, ms: number): Record<string, unknown>[] {
  const path = join(desk.dataDir, 'ledger.db');
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare(sql).all(ms);
  } finally {
    database.close();
  }
}

async function shock(desk: Desk, body: object): Promise<void> {
  const port = readFileSync(join(desk.dataDir, 'run', 'practice.port'), 'utf8').trim();
  const response = await fetch(`http://127.0.0.1:${port}/practice/shock`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`no shock: ${response.status} ${await response.text()}`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
