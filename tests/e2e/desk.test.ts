/** A whole desk from start-bot.sh on the practice exchange, as a person uses it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  coverageOf,
  errorLines,
  type DeskRun,
  startRun,
} from '../../scripts/acceptance/desk-run.ts';
import { findings } from '../../scripts/acceptance/findings.ts';
import { checkProtected, childPids, isAlive } from '../../scripts/acceptance/kill-coordinator.ts';
import { ledgerFacts } from '../../scripts/acceptance/ledger-facts.ts';
import { profitDifferences } from '../../scripts/acceptance/profit.ts';
import { eventually } from '../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'nd-e2e-'));
const options = { args: ['--timeframe', '1s', '--seed', '7'], folder };
const STOP_WITHIN_MS = 10_000;

const Status = z.looseObject({
  agents: z.array(z.looseObject({ instance: z.string(), state: z.string() })),
  decisions: z.array(z.looseObject({ pair: z.string(), action: z.string() })),
});

/** Moment from which every close has its decision, over both starts. */
let fromMs: number;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a desk', () => {
  it('starts, decides on every close, obeys its operator and stops in time', async () => {
    const run = await startRun(options);
    await using desk = run.desk;
    ({ fromMs } = run);

    const status = Status.parse(JSON.parse((await desk.command(['status', '--json'])).stdout));
    expect(status.agents.map(({ state }) => state)).not.toContain('degraded');
    expect(status.decisions.length).toBeGreaterThan(0);

    await untilFilled(run);
    expect(errorLines(desk)).toEqual([]);
    expect((await desk.command(['pause', '--reason', 'a test'])).code).toBe(0);
    expect(haltsOf(run)).toContain('paused');
    expect((await desk.command(['resume'])).code).toBe(0);
    expect(haltsOf(run)).not.toContain('paused');

    const coverage = await coverageOf(run);
    expect(coverage.missing).toEqual([]);
    expect(coverage.doubled).toEqual([]);
    expect((await desk.command(['ledger', 'check'])).code).toBe(0);

    const pids = await childPids(run);
    const startedMs = performance.now();
    expect((await desk.command(['stop'])).code).toBe(0);
    expect(await desk.exited).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(STOP_WITHIN_MS);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('goes on with its account, positions and stops at the next start', async () => {
    const before = moneyIn();

    const run = await startRun(options, fromMs);
    await using desk = run.desk;

    const after = moneyIn();
    expect(after.fills.slice(0, before.fills.length)).toEqual(before.fills);
    expect(after.capital).toBe(before.capital);
    const report = findings('stops');
    await checkProtected(run, report);
    expect(report.failed).toEqual([]);
    expect(moneyIn().differences).toEqual([]);
    expect((await desk.command(['ledger', 'check'])).code).toBe(0);
    const coverage = await coverageOf(run);
    expect(coverage.missing).toEqual([]);
    expect(coverage.doubled).toEqual([]);
  });
});

function moneyIn() {
  using ledger = ledgerFacts(join(folder, 'data'));
  return {
    fills: ledger.fills(),
    capital: ledger.capital(),
    differences: profitDifferences(ledger),
  };
}

function haltsOf({ desk }: DeskRun): readonly string[] {
  using ledger = ledgerFacts(desk.dataDir);
  return ledger.halts();
}

async function untilFilled({ desk }: DeskRun): Promise<void> {
  await eventually(
    () => {
      using ledger = ledgerFacts(desk.dataDir);
      return ledger.fills().length > 0;
    },
    { withinMs: 60_000, what: 'an order has filled' },
  );
}
