/** Writes docs/configuration.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationDocument } from './documents/configuration-document.ts';

const file = join(import.meta.dirname, '../docs/configuration.md');
writeFileSync(file, configurationDocument());
console.log(`wrote ${file}`);
