/** The rules of config/prometheus, as promtool sees them: right in form, and each alert comes and goes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { dashboardQueries } from '../../scripts/dashboard/queries.ts';
import { ALERT_CASES } from '../support/prometheus/alert-cases.ts';
import { ruleTestFile } from '../support/prometheus/rule-tests.ts';

const FOLDER = 'config/prometheus';
const RULE_FILES = ['recording-rules.yml', 'alert-rules.yml'].map((name) => join(FOLDER, name));
const scratch = mkdtempSync(join(tmpdir(), 'nd-rules-'));
const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function promtool(args: readonly string[]): {
  readonly status: number | null;
  readonly said: string;
} {
  const run = spawnSync('promtool', args, { encoding: 'utf8', timeout: 110_000 });
  return { status: run.status, said: run.stdout + run.stderr };
}

function testRules(cases: typeof ALERT_CASES, evaluationInterval: string): string {
  const file = join(scratch, `${evaluationInterval}.yml`);
  const ruleFiles = RULE_FILES.map((path) => resolve(path));
  writeFileSync(file, ruleTestFile({ ruleFiles, evaluationInterval, cases }));
  const { status, said } = promtool(['test', 'rules', file]);
  return status === 0 ? 'passed' : said;
}

describe.skipIf(!hasPromtool)('promtool', () => {
  it('finds the scrape config and the rules right', () => {
    const config = promtool(['check', 'config', join(FOLDER, 'prometheus.yml')]);
    const rules = promtool(['check', 'rules', ...RULE_FILES]);

    expect(config).toMatchObject({ status: 0 });
    expect(rules).toMatchObject({ status: 0 });
  });

  it('reads every query of the dashboard', () => {
    const file = join(scratch, 'queries.yml');
    const rules = dashboardQueries('d').map(({ expr }, index) => ({ record: `q:${index}`, expr }));
    writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules }] }));

    expect(promtool(['check', 'rules', file])).toMatchObject({ status: 0 });
  });

  it('sees every alert of minutes fire and resolve', () => {
    const quick = ALERT_CASES.filter(({ isSlow }) => isSlow !== true);

    expect(testRules(quick, '10s')).toBe('passed');
  });

  it('sees every alert of hours fire and resolve', () => {
    const slow = ALERT_CASES.filter(({ isSlow }) => isSlow === true);

    expect(testRules(slow, '60s')).toBe('passed');
  });

  it('would see an alert that does not fire', () => {
    const series = { 'nightdesk_halted{kind="paused",desk="d"}': [0, 1] } as const;

    expect(testRules([{ alert: 'NightdeskHalted', series }], '30s')).toContain('FAILED');
  });
});
