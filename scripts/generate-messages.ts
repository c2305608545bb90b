/** Writes docs/messages.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageDocument } from '#bus/message-document.ts';

const file = join(import.meta.dirname, '../docs/messages.md');
writeFileSync(file, messageDocument());
console.log(`wrote ${file}`);
