/** A whole desk whose processes are killed, wiped and frozen: short versions of the acceptance. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeskRun, startRun } from '../../scripts/acceptance/desk-run.ts';
import { findings } from '../../scripts/acceptance/findings.ts';
import { flushRedis, freezeAgent, killAgent } from '../../scripts/acceptance/kill-agent.ts';
import { killCoordinator } from '../../scripts/acceptance/kill-coordinator.ts';
import {
  checkBooks,
  checkSecondDesk,
  killAtRandom,
  untilSettled,
} from '../../scripts/acceptance/kills.ts';

const ARGS = ['--timeframe', '1s', '--seed', '7'];
/** Twice what the acceptance allows on a machine of its own. */
const BACK_WITHIN_MS = 10_000;
const FREEZE_MS = 8_000;
const RANDOM_MS = 30_000;

let run: DeskRun;

beforeAll(async () => {
  run = await startRun({ args: ARGS });
});

afterAll(async () => {
  await run.desk[Symbol.asyncDispose]();
  rmSync(run.desk.folder, { recursive: true, force: true });
});

describe('a desk that is hurt', () => {
  it('trades again soon after any of its processes was killed', async () => {
    const outages = await killAtRandom(run, { forMs: RANDOM_MS, seed: 3 });

    expect(outages.length).toBeGreaterThan(3);
    expect(outages.filter(({ tradingMs }) => tradingMs > BACK_WITHIN_MS)).toEqual([]);
  });

  it('trades again soon after Redis was wiped', async () => {
    expect((await flushRedis(run)).tradingMs).toBeLessThan(BACK_WITHIN_MS);
  });

  it('trades again soon after Redis was killed', async () => {
    await untilSettled(run, ['redis']);

    expect((await killAgent(run, 'redis')).tradingMs).toBeLessThan(BACK_WITHIN_MS);
  });

  it('refuses a second desk on its folder', async () => {
    const report = findings('second desk');
    await checkSecondDesk(run, report);

    expect(report.failed).toEqual([]);
  });

  it('replaces an execution that was stopped and woken', async () => {
    await untilSettled(run, ['execution']);

    expect((await freezeAgent(run, 'execution', FREEZE_MS)).tradingMs).toBeLessThan(BACK_WITHIN_MS);
  });

  it('ends its orphans when the coordinator is killed, and resumes at the next start', async () => {
    const report = findings('coordinator');
    run = await killCoordinator(run, ARGS, report);

    expect(report.failed).toEqual([]);
  });

  it('has lost and doubled nothing in all of this', async () => {
    const report = findings('books');
    await checkBooks(run, report);

    expect(report.failed).toEqual([]);
  });
});
