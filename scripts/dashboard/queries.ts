import { ROWS } from './grafana.ts';
import type { Query } from './panel.ts';

export interface DashboardQuery extends Query {
  readonly panel: string;
}

/** Every query of the dashboard as Prometheus gets it, for a desk and all agents and pairs. */
export function dashboardQueries(desk: string): readonly DashboardQuery[] {
  return ROWS.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) =>
      queries.map((query) => ({ ...query, panel: title, expr: chosen(query.expr, desk) })),
    ),
  );
}

function chosen(expr: string, desk: string): string {
  return expr
    .replaceAll('$desk', desk)
    .replaceAll(/\$(?:agent|pair)\b/g, '.*')
    .replaceAll('$__rate_interval', '1m');
}
