/** Ends one process of a desk the hard way and measures how long it does not trade. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { eventually } from '../../tests/support/eventually.ts';
import type { DeskRun } from './desk-run.ts';
import { entryProbe } from './entry-probe.ts';
import { historyFacts } from './history-facts.ts';

export interface Outage {
  readonly victim: string;
  readonly how: string;
  /** From the blow until the process is ready again. */
  readonly readyMs: number;
  /**
   * From the blow until every pair has a live decision on a candle that closed after it and execution
   * would take an entry in every pair.
   */
  readonly tradingMs: number;
}

const BACK_WITHIN_MS = 40_000;

export async function killAgent(run: DeskRun, victim: string): Promise<Outage> {
  // An exchange that comes back may not know every candle it served.
  if (victim === 'practice') await run.truth.collect(Date.now());
  const pid = await run.desk.pidOf(victim);
  const atMs = Date.now();
  process.kill(pid, 'SIGKILL');
  return await outage(run, { victim, how: 'kill -9', atMs, oldPid: pid });
}

/** Stops it for a while and wakes it again, unless somebody ended it meanwhile. */
export async function freezeAgent(run: DeskRun, victim: string, forMs: number): Promise<Outage> {
  const pid = await run.desk.pidOf(victim);
  const atMs = Date.now();
  process.kill(pid, 'SIGSTOP');
  const measured = outage(run, { victim, how: `SIGSTOP ${forMs / 1_000} s`, atMs, oldPid: pid });
  await sleep(forMs);
  wake(pid);
  return await measured;
}

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // The supervisor ended it while it slept.
    return;
  }
}

/** Wipes Redis under the running desk. */
export async function flushRedis(run: DeskRun): Promise<Outage> {
  const atMs = Date.now();
  const answer = await redisCommand(socketPath(run.desk.dataDir, 'redis.sock'), 'FLUSHALL');
  if (!answer.startsWith('+OK')) throw new Error(`FLUSHALL: ${answer}`);
  return await outage(run, { victim: 'redis', how: 'FLUSHALL', atMs, oldPid: undefined });
}

interface Blow {
  readonly victim: string;
  readonly how: string;
  readonly atMs: number;
  readonly oldPid: number | undefined;
}

async function outage(run: DeskRun, blow: Blow): Promise<Outage> {
  const { victim, how, atMs, oldPid } = blow;
  await eventually(() => isBack(run, victim, oldPid), {
    withinMs: BACK_WITHIN_MS,
    what: `${victim} is ready again`,
  });
  const readyMs = Date.now() - atMs;
  await untilTrading(run, atMs);
  await untilEntering(run);
  return { victim, how, readyMs, tradingMs: Date.now() - atMs };
}

async function isBack(run: DeskRun, victim: string, oldPid: number | undefined): Promise<boolean> {
  const picture = await run.desk.status();
  const agent = picture?.agents.find(({ instance }) => instance === victim);
  return agent?.state === 'ready' && agent.pid !== oldPid;
}

export async function untilTrading(run: DeskRun, sinceMs: number): Promise<void> {
  await eventually(
    () => {
      using history = historyFacts(run.desk.dataDir);
      return history.livePairs(sinceMs).size >= run.pairs.length;
    },
    { withinMs: BACK_WITHIN_MS, what: 'a live decision of every pair is recorded' },
  );
}

async function untilEntering(run: DeskRun): Promise<void> {
  await using probe = await entryProbe(run.desk.dataDir);
  await probe.untilEntering(run.pairs, BACK_WITHIN_MS);
}

function redisCommand(path: string, text: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(path, () => socket.write(`${text}\r\n`));
    socket.once('error', fail);
    socket.once('data', (chunk) => {
      socket.destroy();
      done(chunk.toString());
    });
  });
}
