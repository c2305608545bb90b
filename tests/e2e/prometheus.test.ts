/** A real Prometheus beside a real desk: every metric has data, alerts come when they should and go. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRILLS, runDrill } from '../../scripts/acceptance/alert-drills.ts';
import { metricCoverage } from '../../scripts/acceptance/metric-coverage.ts';
import { SERIES_MAX } from '../../scripts/documents/metrics-document.ts';
import { ledgerFacts } from '../../scripts/acceptance/ledger-facts.ts';
import { dashboardQueries } from '../../scripts/dashboard/queries.ts';
import { type Desk, startDesk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import {
  hasPrometheus,
  type PrometheusServer,
  startPrometheus,
} from '../support/prometheus/prometheus-server.ts';

/** Waits of a minute take three seconds, windows of ten minutes half a minute. */
const SHORTER_BY = 20;
const DRILL_MS = 330_000;
const SETTLE_MS = 60_000;
/** What says that the machine is slow may be right: other tests run on it. */
const OF_SPEED = /(Slow|Late|BudgetBurns)$/;

describe.skipIf(!hasPrometheus())('Prometheus beside a desk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-prom-desk-'));
  let desk: Desk;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    desk = await startDesk({ args: ['--timeframe', '1s', '--seed', '7'], folder });
    await desk.untilReady();
    prometheus = await startPrometheus({ target: `127.0.0.1:${desk.port}`, shorterBy: SHORTER_BY });
  });

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await desk?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('raises nothing while all is well', { timeout: 2 * SETTLE_MS }, async () => {
    await eventually(
      () => {
        using ledger = ledgerFacts(desk.dataDir);
        return ledger.fills().length > 0;
      },
      { withinMs: SETTLE_MS, what: 'an order has filled' },
    );
    await eventually(async () => (await prometheus.query('nightdesk:can_trade'))[0]?.value === 1, {
      withinMs: SETTLE_MS,
      what: 'the rules see a desk that can trade',
    });
    // What starting raised has to be over, and nothing comes after it.
    const isQuiet = async (): Promise<boolean> => {
      const left = (await prometheus.alerts()).filter(({ name }) => !OF_SPEED.test(name));
      if (left.length > 0) throw new Error(JSON.stringify(left));
      return true;
    };
    await eventually(isQuiet, { withinMs: SETTLE_MS, what: 'no alert is pending or firing' });

    expect(await prometheus.query('max_over_time(up{job="nightdesk"}[5s])')).toMatchObject([
      { value: 1 },
    ]);
    const firing = (await prometheus.firing()).filter(({ name }) => !OF_SPEED.test(name));
    expect(firing).toEqual([]);
  });

  it.each(DRILLS)('raises and resolves: $title', { timeout: DRILL_MS, retry: 0 }, async (drill) => {
    for (const result of await runDrill(drill, desk, prometheus)) {
      expect(result.firedMs, `${result.alert} fires`).toBeDefined();
      expect(result.resolvedMs, `${result.alert} resolves`).toBeDefined();
      expect(result.summary).toMatch(/^nightdesk: .+/);
      expect(result.summary).not.toMatch(/error|no value/);
    }
  });

  it('has an answer to every query of the dashboard', async () => {
    const unanswered: string[] = [];
    for (const { panel, expr, isRare } of dashboardQueries('nightdesk')) {
      const samples = await prometheus.query(expr);
      if (samples.length === 0 && isRare !== true) unanswered.push(`${panel}: ${expr}`);
    }

    expect(unanswered).toEqual([]);
  });

  it('has seen every documented metric, and few series of each', async () => {
    const coverage = await metricCoverage(prometheus);

    expect(coverage.missing).toEqual([]);
    expect(coverage.largest.series, coverage.largest.family).toBeLessThanOrEqual(SERIES_MAX);
  });
});
