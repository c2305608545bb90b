/** What processes cost, read from /proc; Linux only. */
import { readFileSync } from 'node:fs';

export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

export interface ProcessFigures {
  readonly name: string;
  readonly pssMb: number;
  readonly rssMb: number;
  /** Pages that no other process has. */
  readonly privateMb: number;
  /** Share of one core, user and system time. */
  readonly cpuFraction: number;
}

// USER_HZ, the unit of /proc/<pid>/stat, is 100 on every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

export interface CpuReading {
  readonly ticks: ReadonlyMap<number, number>;
  readonly atMs: number;
}

export function readCpu(processes: readonly NamedProcess[]): CpuReading {
  return {
    ticks: new Map(processes.map(({ pid }) => [pid, cpuTicks(pid)])),
    atMs: performance.now(),
  };
}

/** Memory now and processor time since `before`. */
export function readFigures(
  processes: readonly NamedProcess[],
  before: CpuReading,
): ProcessFigures[] {
  const seconds = (performance.now() - before.atMs) / 1_000;
  return processes.map(({ name, pid }) => {
    const ticks = cpuTicks(pid) - (before.ticks.get(pid) ?? 0);
    const map = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return {
      name,
      pssMb: sizeMb(map, 'Pss'),
      rssMb: sizeMb(map, 'Rss'),
      privateMb: sizeMb(map, 'Private_Clean') + sizeMb(map, 'Private_Dirty'),
      cpuFraction: ticks / TICKS_PER_SECOND / seconds,
    };
  });
}

function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name may hold anything but ends with the last bracket; fields 14 and 15 follow.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function sizeMb(map: string, key: string): number {
  const kilobytes = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(map)?.[1];
  return Number(kilobytes ?? Number.NaN) / 1_024;
}

const column = (value: number, digits: number): string => value.toFixed(digits).padStart(9);

/** Prints a row for each process and the sum of those that are the desk itself. */
export function printFigures(figures: readonly ProcessFigures[]): void {
  console.log(`${'process'.padEnd(22)} PSS MB   RSS MB  private   CPU % of a core`);
  const own = figures.filter(({ name }) => name !== 'practice');
  const total = { ...sum(own), name: 'total without practice' };
  for (const { name, pssMb, rssMb, privateMb, cpuFraction } of [...figures, total]) {
    const sizes = [pssMb, rssMb, privateMb].map((value) => column(value, 1)).join('');
    console.log(`${name.padEnd(22)}${sizes}${column(100 * cpuFraction, 1)}`);
  }
}

export function sum(figures: readonly ProcessFigures[]): Omit<ProcessFigures, 'name'> {
  const add = (key: 'pssMb' | 'rssMb' | 'privateMb' | 'cpuFraction'): number =>
    figures.reduce((total, one) => total + one[key], 0);
  return {
    pssMb: add('pssMb'),
    rssMb: add('rssMb'),
    privateMb: add('privateMb'),
    cpuFraction: add('cpuFraction'),
  };
}

/**
 * What the processes would weigh with no other Node process on the machine: everything private, and
 * the pages of the binary once. PSS is smaller when others share those pages.
 */
export function aloneMb(figures: readonly ProcessFigures[]): number {
  const shared = figures.map(({ rssMb, privateMb }) => rssMb - privateMb);
  return sum(figures).privateMb + Math.max(0, ...shared);
}
