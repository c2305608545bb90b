/** Each process serves its own metrics on a port of its own, whatever else is down. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDesk } from '../support/desk-process.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts, holdPort } from '../support/free-ports.ts';

const STEADY = resolve(import.meta.dirname, '../support/agents/steady.ts');
const PLACE_OF_DATA = 3;
const PLACE_OF_WORKER_1 = 11;

async function scrape(port: number): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
  return answer?.ok === true ? await answer.text() : undefined;
}

/** An agent with this test in the coordinator's place: no gateway, no Redis. */
function startData(basePort: number) {
  const child = fork(STEADY, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const config = { metrics: { base_port: basePort }, logging: { level: 'debug' } };
  child.send({ kind: 'init', agent: 'data', instance: 'data', config });
  return { child, output: () => output, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

/** Sent as it is, where fetch would tidy it up. */
async function rawStatus(port: number, path: string, method = 'GET'): Promise<number> {
  const sent = request({ host: '127.0.0.1', port, path, method, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
  answer.resume();
  return answer.statusCode;
}

describe('the metrics port of an agent', () => {
  it('serves its own figures and nothing else', async () => {
    const port = await freePorts(1);
    using agent = startData(port - PLACE_OF_DATA);

    await eventually(async () => (await scrape(port)) !== undefined, { withinMs: 15_000 });
    const text = await scrape(port);
    const head = await fetch(`http://127.0.0.1:${port}/metrics`);

    expect(head.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/nightdesk_process_cpu_seconds_total\{agent="data",instance="data"\} /);
    expect(text).toMatch(/nightdesk_nodejs_resources\{type="\w+",agent="data"/);
    expect(await rawStatus(port, '/metrics?x=1')).toBe(200);
    expect(await rawStatus(port, '/')).toBe(404);
    expect(await rawStatus(port, '//')).toBe(404);
    expect(await rawStatus(port, '/metrics', 'POST')).toBe(405);
    expect(agent.child.exitCode).toBeNull();
  });

  it('is tried again while another process has it, and hurts nobody', async () => {
    const port = await freePorts(1);
    const holder = await holdPort(port);
    using agent = startData(port - PLACE_OF_DATA);

    await eventually(() => agent.output().includes('the metrics port cannot be had'), {
      withinMs: 15_000,
    });
    expect(agent.output()).toContain('"ready"');
    holder.close();

    await eventually(async () => (await scrape(port)) !== undefined, { withinMs: 15_000 });
    agent.child.kill('SIGTERM');
    expect(await once(agent.child, 'exit')).toEqual([0, null]);
  });
});

describe('the metrics ports of a desk', () => {
  it('are there for the coordinator and its agents, with Redis away too', async () => {
    const basePort = await freePorts(PLACE_OF_WORKER_1 + 1);
    await using desk = startDesk({ metrics: { base_port: basePort } });
    await desk.running();

    await eventually(
      async () => (await scrape(basePort))?.includes('nightdesk_redis_memory_bytes') === true,
      { withinMs: 20_000, what: 'the coordinator tells the memory of Redis' },
    );
    const own = (await scrape(basePort)) ?? '';

    expect(own).toMatch(/nightdesk_agent_up\{agent="data",instance="data"\} 1/);
    expect(own).toMatch(/nightdesk_process_pss_bytes_limit\{agent="data",instance="data"\} \d+/);
    expect(own).toMatch(/nightdesk_disk_bytes\{part="redis",[^}]+\} [1-9]/);
    expect(own).toMatch(/nightdesk_disk_free_bytes\{[^}]+\} [1-9]/);
    expect(own).toMatch(/nightdesk_redis_aof_ok\{[^}]+\} 1/);
    const redis = (await desk.agent('redis'))?.pid ?? 0;
    process.kill(redis, 'SIGSTOP');
    try {
      expect(await scrape(basePort + PLACE_OF_WORKER_1)).toContain('instance="trading-worker-1"');
      expect(await scrape(basePort)).toContain('nightdesk_desk_info');
    } finally {
      process.kill(redis, 'SIGCONT');
    }
  });
});
