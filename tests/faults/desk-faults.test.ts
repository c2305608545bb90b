/**
 * One fault of each kind against one whole desk: it shows in a metric within five seconds, passes
 * without a restart, and at the end every closed candle has exactly one decision. Entries under
 * longer faults are looked at by scripts/acceptance/faults.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverageOf } from '../../scripts/acceptance/desk-run.ts';
import { faultRound } from '../../scripts/acceptance/fault-round.ts';
import { startFaultRun } from '../../scripts/acceptance/fault-run.ts';
import type { FaultRun } from '../../scripts/acceptance/fault-run.ts';
import { FAULT_TABLE } from '../../scripts/acceptance/fault-table.ts';

const LASTS_MS = 5_500;
const kinds = [...new Set(FAULT_TABLE.map(({ kind }) => kind))];
const firstOfEach = kinds.flatMap((kind) => FAULT_TABLE.find((row) => row.kind === kind) ?? []);

let faults: FaultRun;

beforeAll(async () => {
  faults = await startFaultRun(7);
});

afterAll(() => faults[Symbol.asyncDispose]());

describe('a desk under a fault of its exchange', () => {
  it.each(firstOfEach)('shows $title and is whole afterwards', async (row) => {
    const { run, practiceUrl, bus } = faults;

    const result = await faultRound(run, row, { practiceUrl, bus, lastsMs: LASTS_MS });

    expect(result.problems).toEqual([]);
  });

  it('has one decision for every closed candle and a ledger that adds up', async () => {
    const coverage = await coverageOf(faults.run);
    const check = await faults.run.desk.command(['ledger', 'check']);

    expect(coverage.missing).toEqual([]);
    expect(coverage.doubled).toEqual([]);
    expect(coverage.candles).toBeGreaterThan(0);
    expect(check.code, check.stdout).toBe(0);
  });
});
