/**
 * Compiles every file of the desk into NODE_COMPILE_CACHE. One file that is not in there makes a
 * process load Node's TypeScript compiler and keep it for life: some 12 MB in each agent, until the
 * next start. Run by bootstrap.sh when a file is newer than the cache.
 */
import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const WITHIN_MS = 20_000;
// Entries act when they are loaded: an agent ends when it has no coordinator, the command line helps.
const AGENTS = ['src/agents/*/index.ts', 'src/practice/index.ts'];
const COMMAND_LINE = 'src/cli/main.ts';

const agents = globSync(AGENTS, { cwd: ROOT });
const children = [
  ...agents.map((file) => {
    const child = fork(join(ROOT, file), { cwd: ROOT, stdio: 'ignore' });
    child.disconnect();
    return ended(child);
  }),
  ended(spawn(process.execPath, [...process.execArgv, COMMAND_LINE, 'help'], { cwd: ROOT })),
];
const entries = new Set([...agents, COMMAND_LINE]);
for (const file of globSync('src/**/*.ts', { cwd: ROOT, exclude: ['**/*.{test,fixture}.ts'] })) {
  if (entries.has(file)) continue;
  try {
    await import(join(ROOT, file));
  } catch (error) {
    // It is compiled all the same: the entry of a thread finds no work here.
    console.error(`${file} does not load: ${String(error)}`);
  }
}
flushCompileCache();
await Promise.all(children);

async function ended(child: ChildProcess): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), WITHIN_MS);
  await once(child, 'exit');
  clearTimeout(timer);
}
