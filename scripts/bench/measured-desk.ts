/** A whole desk by `./start-bot.sh` on a temporary data folder, measured for a while. */
import { writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDesk, type Desk } from '../../tests/support/desk.ts';
import { type NamedProcess, type ProcessFigures, readCpu, readFigures } from './process-figures.ts';

export interface MeasuredDesk {
  readonly figures: readonly ProcessFigures[];
  /** What `/metrics` said before and after the time measured. */
  readonly before: string;
  readonly after: string;
  /** Load of the machine over the last minute; other work in it makes the figures worse. */
  readonly load: number;
}

export interface Measuring {
  readonly timeframe: '1s' | '1m';
  /** Time for caches and the compiler, not measured. */
  readonly warmSeconds: number;
  readonly seconds: number;
  /** Settings over the defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function measureDesk(how: Measuring): Promise<MeasuredDesk> {
  await using desk = await startDesk({ args: ['--timeframe', how.timeframe, ...configArgs(how)] });
  await desk.untilReady();
  await sleep(how.warmSeconds * 1_000);
  const processes = await processesOf(desk);
  const before = await metricsOf(desk);
  const cpu = readCpu(processes);
  await sleep(how.seconds * 1_000);
  const figures = readFigures(processes, cpu);
  const load = loadavg()[0] ?? Number.NaN;
  return { figures, before, after: await metricsOf(desk), load };
}

function configArgs({ config }: Measuring): string[] {
  if (config === undefined) return [];
  // YAML reads JSON.
  const file = join(tmpdir(), `nightdesk-bench-${process.pid}.yaml`);
  writeFileSync(file, JSON.stringify(config));
  return ['--config', file];
}

async function processesOf(desk: Desk): Promise<NamedProcess[]> {
  const picture = await desk.status();
  const processes = (picture?.agents ?? []).flatMap(({ instance, pid }) =>
    pid === undefined ? [] : [{ name: instance, pid }],
  );
  const hasCoordinator = processes.some(({ pid }) => pid === desk.pid);
  return hasCoordinator ? processes : [{ name: 'coordinator', pid: desk.pid }, ...processes];
}

async function metricsOf(desk: Desk): Promise<string> {
  const answer = await fetch(`${desk.url}/metrics`);
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`);
  return await answer.text();
}
