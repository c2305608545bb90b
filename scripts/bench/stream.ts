/**
 * The stream with many clients on this machine: a ledger that is written to, the gateway, clients in
 * processes of their own. Usage: node scripts/bench/stream.ts [clients] [seconds]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fund, open } from '#ledger/ledger.fixture.ts';
import { readPss } from '#platform/lifecycle/process-sampler.ts';
import { startAgent } from '../../tests/support/agent-process.ts';
import { startRedis } from '../../tests/support/redis-server.ts';
import { distributionOf } from './exposition.ts';

const CLIENTS = Number(process.argv[2] ?? 10_000);
const SECONDS = Number(process.argv[3] ?? 20);
const PROCESSES = 4;
const EVENTS_PER_SECOND = 2;
const SUBSCRIPTION = JSON.stringify({ kind: 'subscribe', channels: ['halts'] });
const MB = 1e6;

interface Figures {
  readonly messages: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  readonly gaps: number;
  readonly closed: number;
}

const model = cpus()[0]?.model ?? 'unknown';
console.log(
  `${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
);
const folder = mkdtempSync(join(tmpdir(), 'nd-stream-'));
await using redis = await startRedis();
const ledger = await open(join(folder, 'ledger.db'));
await fund(ledger);
{
  await using agent = await startAgent({
    agent: 'gateway',
    config: {
      data_dir: folder,
      redis: { socket_path: redis.socketPath },
      gateway: {
        port: 0,
        stream_max_clients: CLIENTS + 10,
        rate_limits: { reads_per_second: 0 },
      },
    },
  });
  const port = Number(agent.facts['port']);
  const pid = agent.child.pid ?? 0;
  const aloneMb = ((await readPss(pid)) ?? 0) / MB;
  const startMs = performance.now();
  const children = Array.from({ length: PROCESSES }, (_, index) => clientsIn(index, port));
  await Promise.all(children.map(({ line }) => line()));
  const openMs = performance.now() - startMs;
  console.log(
    `${CLIENTS} clients in ${PROCESSES} processes, all open after ${(openMs / 1_000).toFixed(1)} s (${readdirSync(`/proc/${pid}/fd`).length} handles)`,
  );
  await sleep(2_000);
  const withMb = ((await readPss(pid)) ?? 0) / MB;
  for (let n = 0; n < SECONDS * EVENTS_PER_SECOND; n += 1) {
    await ledger.transaction((tx) =>
      tx.recordEvents([{ kind: 'halt.lifted', halt: 'paused' }], Date.now()),
    );
    await sleep(1_000 / EVENTS_PER_SECOND);
  }
  await sleep(2_000);
  const parts = await Promise.all(children.map((one) => one.figures()));
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  print(parts, { text, aloneMb, withMb });
  for (const { child } of children) child.kill();
}
await ledger.close();
rmSync(folder, { recursive: true, force: true });

function clientsIn(index: number, port: number) {
  const share = Math.floor(CLIENTS / PROCESSES) + (index < CLIENTS % PROCESSES ? 1 : 0);
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'stream-clients.ts'), String(port), String(share), SUBSCRIPTION],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  if (child.stdout === null || child.stdin === null) throw new Error('no pipes');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value } = await lines.next();
    return String(value);
  };
  const { stdin } = child;
  const figures = async (): Promise<Figures> => {
    stdin.write('\n');
    return JSON.parse(await line()) as Figures;
  };
  return { child, line, figures };
}

function print(
  parts: readonly Figures[],
  seen: { readonly text: string; readonly aloneMb: number; readonly withMb: number },
): void {
  const messages = parts.reduce((sum, one) => sum + one.messages, 0);
  const most = (of: (one: Figures) => number): string => Math.max(...parts.map(of)).toFixed(0);
  const events = SECONDS * EVENTS_PER_SECOND;
  console.log(
    `${messages} messages of ${events * CLIENTS} (${events} events), ${Math.round(messages / SECONDS)} /s`,
  );
  console.log(
    `commit to client: p50 ${most((one) => one.p50Ms)} ms, p99 ${most((one) => one.p99Ms)} ms, most ${most((one) => one.mostMs)} ms (the gateway looks every 250 ms when nothing nudges it)`,
  );
  const lost = parts.reduce((sum, one) => sum + one.gaps, 0);
  const closed = parts.reduce((sum, one) => sum + one.closed, 0);
  console.log(`gaps ${lost}, connections lost ${closed}`);
  for (const [name, what] of [
    ['stream_round_seconds', 'a round over all clients'],
    ['stream_slice_seconds', 'loop kept at a stretch'],
  ] as const) {
    const p99Ms = distributionOf(`nightdesk_${name}`, seen.text).quantile(0.99) * 1_000;
    console.log(`${what}: p99 ${p99Ms.toFixed(1)} ms`);
  }
  const perClientKb = ((seen.withMb - seen.aloneMb) * 1_000) / CLIENTS;
  console.log(
    `gateway PSS ${seen.aloneMb.toFixed(0)} MB alone, ${seen.withMb.toFixed(0)} MB with them: ${perClientKb.toFixed(1)} KB each`,
  );
}
