/** Writes docs/metrics.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsDocument } from './documents/metrics-document.ts';

const file = join(import.meta.dirname, '../docs/metrics.md');
writeFileSync(file, metricsDocument());
console.log(`wrote ${file}`);
