/** Item 12: reads a second of the API and ten thousand clients of the stream, by the two benches. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export async function run(): Promise<boolean> {
  const codes = [await bench('api.ts'), await bench('stream.ts')];
  return codes.every((code) => code === 0);
}

async function bench(name: string): Promise<unknown> {
  console.log(`\n${name}`);
  const file = join(import.meta.dirname, '..', 'bench', name);
  const child = spawn(process.execPath, [file], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [unknown];
  return code;
}
