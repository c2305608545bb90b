/** Rules, runbook and declarations speak of the same things. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { declaredMetrics, nodeMetrics } from '../../scripts/documents/metrics-document.ts';
import { namesIn } from '../../scripts/documents/prometheus-names.ts';
import { dashboardText } from '../../scripts/dashboard/dashboard-text.ts';
import { ROWS } from '../../scripts/dashboard/grafana.ts';
import { dashboardQueries } from '../../scripts/dashboard/queries.ts';
import { ALERT_CASES } from '../support/prometheus/alert-cases.ts';

const FOLDER = 'config/grafana';

const RuleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.union([
          z.strictObject({ record: z.string(), expr: z.string() }),
          z.strictObject({
            alert: z.string(),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
            annotations: z.strictObject({
              summary: z.string(),
              description: z.string(),
              runbook_url: z.string(),
            }),
          }),
        ]),
      ),
    }),
  ),
});

const rules = ['recording-rules.yml', 'alert-rules.yml'].flatMap((name) =>
  RuleFile.parse(parse(readFileSync(`config/prometheus/${name}`, 'utf8'))).groups.flatMap(
    (group) => group.rules,
  ),
);
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
const runbook = readFileSync('docs/runbook.md', 'utf8');
const declared = [
  ...declaredMetrics().map(({ name, type }) => ({ name: `nightdesk_${name}`, type })),
  ...(await nodeMetrics()),
];
const known = new Set(declared.map(({ name }) => name));
const histograms = new Set(
  declared.filter(({ type }) => type === 'histogram').map(({ name }) => name),
);
const isHistogram = (family: string): boolean => histograms.has(family);

describe('rules', () => {
  it('name metrics and recorded series that exist', () => {
    const unknown = rules.flatMap((rule) => {
      const asked = namesIn(rule.expr, isHistogram);
      return [
        ...asked.families.filter((name) => !known.has(name)),
        ...asked.recorded.filter((name) => !recorded.has(name)),
      ];
    });

    expect(rules.length).toBeGreaterThan(60);
    expect(unknown).toEqual([]);
  });

  it('would not get away with a metric that is no more', () => {
    const asked = namesIn(
      'rate(nightdesk_evaluation_seconds_count[5m]) / nightdesk_gone',
      isHistogram,
    );

    expect(asked.families).toEqual(['nightdesk_evaluation_seconds', 'nightdesk_gone']);
    expect(known.has('nightdesk_gone')).toBe(false);
  });

  it('give every alert a section in the runbook that says all it should', () => {
    const problems = alerts.flatMap(({ alert, annotations }) => {
      if (!annotations.runbook_url.endsWith(`/docs/runbook.md#${alert.toLowerCase()}`)) {
        return [`${alert}: runbook_url ${annotations.runbook_url}`];
      }
      const section = runbook.split(`\n### ${alert}\n`)[1]?.split('\n##')[0] ?? '';
      return ['Means', 'The desk', 'Look', 'Do', 'Wake up']
        .filter((word) => !section.includes(`- **${word}:** `))
        .map((word) => `${alert}: no "${word}" in docs/runbook.md`);
    });

    expect(alerts.length).toBeGreaterThan(40);
    expect(problems).toEqual([]);
  });

  it('have no section for an alert that is no more', () => {
    const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name ?? '');

    expect(sections.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  });

  it('have each a case in which it fires and resolves', () => {
    const tried = new Set(ALERT_CASES.map(({ alert }) => alert));

    expect(alerts.map(({ alert }) => alert).filter((name) => !tried.has(name))).toEqual([]);
  });
});

const Board = z.looseObject({
  panels: z.array(
    z.looseObject({
      id: z.int(),
      title: z.string(),
      type: z.string(),
      gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      datasource: z.looseObject({ uid: z.string() }).optional(),
    }),
  ),
});

describe('the dashboard', () => {
  const text = readFileSync(`${FOLDER}/dashboards/nightdesk.json`, 'utf8');
  const { panels } = Board.parse(JSON.parse(text));

  it('is what its description says', () => {
    expect(text, 'run: node scripts/generate-dashboard.ts').toBe(dashboardText());
  });

  it('asks for metrics and recorded series that exist', () => {
    const unknown = dashboardQueries('d').flatMap(({ panel, expr }) => {
      const asked = namesIn(expr, isHistogram);
      return [
        ...asked.families.filter((name) => !known.has(name)),
        ...asked.recorded.filter((name) => !recorded.has(name)),
      ].map((name) => `${panel}: ${name}`);
    });

    expect(dashboardQueries('d').length).toBeGreaterThan(60);
    expect(unknown).toEqual([]);
  });

  it('has a row for each part of the desk, and links to sections that exist', () => {
    const linked = ROWS.flatMap((row) => row.panels.flatMap(({ alert }) => alert ?? []));

    expect(ROWS.map(({ title }) => title)).toEqual([
      'Health',
      'Trading',
      'Risk',
      'Venue',
      'Data plane',
      'Resources',
      'Committee',
    ]);
    expect(linked.filter((name) => !runbook.includes(`### ${name}\n`))).toEqual([]);
  });

  it('lays its panels out side by side, none over another', () => {
    const cells = new Map<string, string>();
    const clashes = panels.flatMap(({ title, gridPos: { x, y, w, h } }) => {
      const taken = new Set<string>();
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          const before = cells.get(`${column},${line}`);
          if (before !== undefined) taken.add(`${title} over ${before}`);
          cells.set(`${column},${line}`, title);
        }
      }
      return [...taken, ...(x + w > 24 ? [`${title} is too wide`] : [])];
    });

    expect(clashes).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('reads from the data source that is provisioned', () => {
    const sources: unknown = parse(
      readFileSync(`${FOLDER}/provisioning/datasources/nightdesk.yml`, 'utf8'),
    );
    const provider: unknown = parse(
      readFileSync(`${FOLDER}/provisioning/dashboards/nightdesk.yml`, 'utf8'),
    );
    const used = new Set(panels.flatMap(({ datasource }) => datasource?.uid ?? []));

    expect([...used]).toHaveLength(1);
    expect(sources).toMatchObject({ datasources: [{ type: 'prometheus', uid: [...used][0] }] });
    expect(provider).toMatchObject({
      providers: [{ options: { path: '/etc/grafana/dashboards' } }],
    });
  });
});
