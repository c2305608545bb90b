/** A real Prometheus on a free port, its data in a temporary folder, looking at one desk each second. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../desk.ts';
import { eventually } from '../eventually.ts';
import { shorterRules } from './shorter-rules.ts';

const CONFIG = join(import.meta.dirname, '../../../config/prometheus');
const RULE_FILES = ['recording-rules.yml', 'alert-rules.yml'];

const Answer = z.looseObject({ status: z.literal('success'), data: z.unknown() });
const Vector = z.looseObject({
  result: z.array(
    z.looseObject({
      metric: z.record(z.string(), z.string()),
      value: z.tuple([z.number(), z.string()]),
    }),
  ),
});
const Alerts = z.looseObject({
  alerts: z.array(
    z.looseObject({
      state: z.enum(['pending', 'firing']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
    }),
  ),
});

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface SeenAlert {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PrometheusServer extends AsyncDisposable {
  readonly url: string;
  /** @throws with what Prometheus says when it does not take the query. */
  query(expr: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly SeenAlert[]>;
  firing(): Promise<readonly SeenAlert[]>;
  /** Every metric it has ever seen here. */
  names(): Promise<readonly string[]>;
}

export interface PrometheusOptions {
  /** Address of the desk, `127.0.0.1:8000`. */
  readonly target: string;
  /** Waits and windows of the rules are divided by it. */
  readonly shorterBy: number;
}

export function hasPrometheus(): boolean {
  return spawnSync('prometheus', ['--version']).error === undefined;
}

export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nd-prometheus-'));
  const configFile = writeConfig(folder, options);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  }
  const gone = once(child, 'exit');

  async function ask(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const body = new URLSearchParams(query);
    const init = Object.keys(query).length > 0 ? { method: 'POST', body } : {};
    const answer = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`prometheus says ${answer.status}: ${text}`);
    return Answer.parse(JSON.parse(text)).data;
  }

  async function alerts(): Promise<readonly SeenAlert[]> {
    const seen = Alerts.parse(await ask('/api/v1/alerts')).alerts;
    return seen.map(({ labels, ...alert }) => ({
      ...alert,
      labels,
      name: labels['alertname'] ?? '',
    }));
  }

  const server: PrometheusServer = {
    url,
    alerts,
    query: async (expr) =>
      Vector.parse(await ask('/api/v1/query', { query: expr })).result.map(({ metric, value }) => ({
        labels: metric,
        value: Number(value[1]),
      })),
    firing: async () => (await alerts()).filter(({ state }) => state === 'firing'),
    names: async () => z.array(z.string()).parse(await ask('/api/v1/label/__name__/values')),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    const isReady = async (): Promise<boolean> => (await fetch(`${url}/-/ready`)).ok;
    const what = `prometheus is ready; it said: ${said}`;
    await eventually(isReady, { withinMs: 30_000, what });
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

function writeConfig(folder: string, { target, shorterBy }: PrometheusOptions): string {
  for (const name of RULE_FILES) {
    const rules = readFileSync(join(CONFIG, name), 'utf8');
    writeFileSync(join(folder, name), shorterRules(rules, shorterBy));
  }
  const job = {
    job_name: 'nightdesk',
    honor_labels: true,
    static_configs: [{ targets: [target], labels: { desk: 'nightdesk' } }],
  };
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: RULE_FILES,
    scrape_configs: [job],
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, stringify(config));
  return file;
}
