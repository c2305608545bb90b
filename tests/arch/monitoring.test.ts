/** Rules, runbook and declarations speak of the same things. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { declaredMetrics, nodeMetrics } from '../../scripts/documents/metrics-document.ts';
import { namesIn } from '../../scripts/documents/prometheus-names.ts';
import { ALERT_CASES } from '../support/prometheus/alert-cases.ts';

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
const declared = declaredMetrics();
const known = new Set([
  ...declared.map(({ name }) => `nightdesk_${name}`),
  ...(await nodeMetrics()),
]);
const histograms = new Set(
  declared.flatMap(({ name, type }) => (type === 'histogram' ? [`nightdesk_${name}`] : [])),
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
