import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Package = z.looseObject({ version: z.string() });

/** Version of the program, as package.json has it. */
export function programVersion(): string {
  const path = join(import.meta.dirname, '..', '..', 'package.json');
  return Package.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}
