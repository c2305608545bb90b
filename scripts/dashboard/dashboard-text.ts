import { grafanaDashboard } from './grafana.ts';

/** A panel a line, so that a change shows as what it is. */
export function dashboardText(): string {
  const { panels, ...head } = grafanaDashboard();
  const lines = panels.map((panel) => `    ${JSON.stringify(panel)}`);
  const text = JSON.stringify(head, undefined, 2);
  return `${text.slice(0, -2)},\n  "panels": [\n${lines.join(',\n')}\n  ]\n}\n`;
}
