/** The dashboard as Grafana reads it, from the description of its rows. */
import { committee } from './committee.ts';
import { dataPlane } from './data-plane.ts';
import { health } from './health.ts';
import type { Panel, Query, Row } from './panel.ts';
import { resources } from './resources.ts';
import { risk } from './risk.ts';
import { trading } from './trading.ts';
import { venue } from './venue.ts';

export const ROWS: readonly Row[] = [health, trading, risk, venue, dataPlane, resources, committee];

const RUNBOOK = 'file:///opt/nightdesk/docs/runbook.md';
// As in config/grafana/provisioning/datasources.
const SOURCE = { type: 'prometheus', uid: 'nightdesk-prometheus' };
// Grafana 10 and later read it.
const SCHEMA_VERSION = 39;
const COLUMNS = 24;
const REF_IDS = 'ABCDEFGH';
const HEIGHTS = { stat: 4, lines: 8, bars: 8, states: 8 } as const;
const WIDTHS = { stat: 6, lines: 8, bars: 8, states: 8 } as const;
const TYPES = {
  stat: 'stat',
  lines: 'timeseries',
  bars: 'timeseries',
  states: 'state-timeline',
} as const;

export function grafanaDashboard() {
  return {
    uid: 'nightdesk',
    title: 'nightdesk',
    tags: ['nightdesk'],
    description: 'Written by scripts/generate-dashboard.ts; change scripts/dashboard instead.',
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'utc',
    links: [{ title: 'Runbook', type: 'link', url: RUNBOOK, targetBlank: true, icon: 'doc' }],
    templating: {
      list: [
        variable('desk', 'label_values(nightdesk_desk_info, desk)'),
        variable('agent', 'label_values(nightdesk_agent_up{desk="$desk"}, instance)', true),
        variable('pair', 'label_values(nightdesk_data_age_seconds{desk="$desk"}, pair)', true),
      ],
    },
    annotations: { list: [restarts()] },
    panels: placed(ROWS),
  };
}

function variable(name: string, query: string, isMany = false) {
  return {
    name,
    type: 'query',
    datasource: SOURCE,
    query: { query, refId: name },
    definition: query,
    // Again at each load: pairs and workers come and go.
    refresh: 1,
    sort: 1,
    multi: isMany,
    includeAll: isMany,
    ...(isMany ? { allValue: '.*', current: { text: ['All'], value: ['$__all'] } } : {}),
  };
}

function restarts() {
  return {
    name: 'Restarts',
    datasource: SOURCE,
    enable: true,
    iconColor: 'orange',
    expr: 'changes(nightdesk_agent_restarts_total{desk="$desk"}[1m]) > 0',
    titleFormat: '{{instance}} was restarted',
  };
}

/** Rows one below the other, panels from left to right. */
function placed(rows: readonly Row[]): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    const at = { x: 0, y, w: COLUMNS, h: 1 };
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      gridPos: at,
      panels: [],
      collapsed: false,
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of row.panels) {
      const w = panel.width ?? WIDTHS[panel.kind];
      const h = HEIGHTS[panel.kind];
      if (x + w > COLUMNS) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      panels.push(grafanaPanel(panel, { id: panels.length + 1, gridPos: { x, y, w, h } }));
      x += w;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return panels;
}

function grafanaPanel(panel: Panel, place: { readonly id: number; readonly gridPos: object }) {
  const { title, about, kind, unit, queries, alert } = panel;
  return {
    ...place,
    type: TYPES[kind],
    title,
    description: about,
    datasource: SOURCE,
    targets: queries.map(target),
    fieldConfig: {
      defaults: {
        unit,
        min: isNeverNegative(panel) ? 0 : null,
        thresholds: { mode: 'absolute', steps: thresholds(panel) },
        color: { mode: kind === 'lines' || kind === 'bars' ? 'palette-classic' : 'thresholds' },
        custom: customOf(panel),
      },
      overrides: [],
    },
    options: optionsOf(panel),
    ...(alert === undefined
      ? {}
      : {
          links: [{ title: alert, url: `${RUNBOOK}#${alert.toLowerCase()}`, targetBlank: true }],
        }),
  };
}

function target({ expr, legend }: Query, index: number) {
  return {
    refId: REF_IDS[index],
    datasource: SOURCE,
    expr,
    legendFormat: legend ?? '__auto',
    range: true,
  };
}

function isNeverNegative({ title }: Panel): boolean {
  return !/profit|clock/i.test(title);
}

/** Colours by value, lowest first; the first step has no value of its own. */
function thresholds({ warnFrom, badFrom, warnBelow, badBelow }: Panel): object[] {
  const isFalling = warnBelow !== undefined || badBelow !== undefined;
  if (isFalling) {
    const steps = [
      ...(badBelow === undefined ? [] : [{ color: 'red', until: badBelow }]),
      ...(warnBelow === undefined ? [] : [{ color: 'yellow', until: warnBelow }]),
    ];
    return [...steps, { color: 'green', until: null }].map(({ color }, index) =>
      step(color, steps[index - 1]?.until ?? null),
    );
  }
  return [
    step('green', null),
    ...(warnFrom === undefined ? [] : [step('yellow', warnFrom)]),
    ...(badFrom === undefined ? [] : [step('red', badFrom)]),
  ];
}

function step(color: string, value: number | null) {
  return { color, value };
}

function customOf(panel: Panel): object {
  switch (panel.kind) {
    case 'stat':
      return {};
    case 'states':
      return { fillOpacity: 80, lineWidth: 0 };
    case 'lines':
    case 'bars': {
      const hasLimits = thresholds(panel).length > 1;
      return {
        drawStyle: panel.kind === 'bars' ? 'bars' : 'line',
        lineWidth: 1,
        fillOpacity: panel.kind === 'bars' ? 60 : 8,
        showPoints: 'never',
        stacking: { mode: panel.kind === 'bars' ? 'normal' : 'none' },
        thresholdsStyle: { mode: hasLimits ? 'dashed' : 'off' },
      };
    }
  }
}

function optionsOf({ kind, isName = false }: Panel): object {
  switch (kind) {
    case 'stat':
      return {
        colorMode: 'value',
        graphMode: isName ? 'none' : 'area',
        textMode: isName ? 'name' : 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      };
    case 'states':
      return { showValue: 'never', mergeValues: true, legend: { showLegend: false } };
    case 'lines':
    case 'bars':
      return {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      };
  }
}
