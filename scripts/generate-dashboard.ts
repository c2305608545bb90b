/** Writes config/grafana/dashboards/nightdesk.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardText } from './dashboard/dashboard-text.ts';

const file = join(import.meta.dirname, '../config/grafana/dashboards/nightdesk.json');
writeFileSync(file, dashboardText());
console.log(`wrote ${file}`);
