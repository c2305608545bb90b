/**
 * docker-compose.yml and Dockerfile as files: there is no container engine where this runs. What can be run without one
 * is: the command line of Redis, the scrape config, compose's own check of the file where it is installed.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { importsUnder } from '../arch/imports.ts';
import { eventually } from '../support/eventually.ts';

const Service = z.looseObject({
  image: z.string().regex(/:(local|v?\d+\.\d+\.\d+\S*)$/, 'expected an exact tag'),
  user: z.string().regex(/^[1-9]\d*:\d+$/, 'expected a user that is not root'),
  read_only: z.literal(true),
  init: z.literal(true),
  restart: z.literal('unless-stopped'),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  healthcheck: z.looseObject({ test: z.array(z.string()).min(2), retries: z.int() }),
  mem_limit: z.string().regex(/^\d+m$/),
  pids_limit: z.int(),
  logging: z.looseObject({ options: z.looseObject({ 'max-size': z.string() }) }),
  ports: z.array(z.string().startsWith('127.0.0.1:', 'expected loopback')).default([]),
  volumes: z.array(z.string()),
  tmpfs: z.array(z.string().includes('size=')),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  command: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
});
const Compose = z.looseObject({
  services: z.strictObject({ redis: Service, bot: Service, prometheus: Service, grafana: Service }),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./secrets/') })),
  volumes: z.record(z.string(), z.unknown()),
});

const compose = Compose.parse(parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }));
const services = Object.entries(compose.services);
const dockerfile = readFileSync('Dockerfile', 'utf8');

const has = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const composeProgram = [['docker', 'compose'], ['docker-compose']].find(([program = '', ...args]) =>
  has(program, [...args, 'version']),
);

describe('docker-compose.yml', () => {
  it('mounts volumes that it names and files that there are', () => {
    const sources = services.flatMap(([, { volumes }]) =>
      volumes.map((one) => one.split(':')[0] ?? ''),
    );
    const files = sources.filter((source) => source.startsWith('./'));

    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const named = sources.filter((source) => !source.startsWith('./'));
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it('gives secrets as files alone, each of them named', () => {
    const asked = services.flatMap(([, { secrets }]) => secrets);
    const values = services.flatMap(([, { environment }]) => Object.entries(environment));

    expect(new Set(asked)).toEqual(new Set(Object.keys(compose.secrets)));
    for (const [name, value] of values.filter(([key]) => /TOKEN|PASS|SECRET/.test(key))) {
      expect(name).toMatch(/_FILE$/);
      expect(asked).toContain(value.replace('/run/secrets/', ''));
    }
  });

  it('keeps what only monitors out of a plain start', () => {
    const plain = services.filter(([, { profiles }]) => profiles.length === 0);

    expect(plain.map(([name]) => name)).toEqual(['redis', 'bot']);
  });

  it('starts Redis with words that it takes, without a port, and never evicting', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightdesk-compose-'));
    const socket = join(folder, 'redis.sock');
    const [program = '', ...words] = compose.services.redis.command;
    const args = words.map((word) =>
      word.replace('/run/redis/redis.sock', socket).replace('/data', folder),
    );
    const child = spawn(program, args, { stdio: 'ignore' });
    const ask = (...question: readonly string[]): string =>
      spawnSync('redis-cli', ['-s', socket, ...question], { encoding: 'utf8' }).stdout;
    try {
      await eventually(() => ask('ping').startsWith('PONG'), { withinMs: 10_000, what: 'PONG' });
      const config = ['port', 'maxmemory-policy', 'appendonly', 'save', 'maxmemory'].map(
        (key) => ask('config', 'get', key).split('\n')[1],
      );
      expect(config).toEqual(['0', 'noeviction', 'yes', '', String(96 * 1_048_576)]);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.skipIf(composeProgram === undefined)('is taken by docker compose (needs it)', () => {
    const [program = '', ...args] = composeProgram ?? [];
    const all = [...args, '--profile', 'monitoring', 'config', '--quiet'];

    expect(spawnSync(program, all, { encoding: 'utf8' }).stderr).toBe('');
  });
});

describe('config/prometheus/compose.yml', () => {
  it('differs from the one of a single machine in how the desk is reached, and no more', () => {
    const [ours, plain] = ['compose.yml', 'prometheus.yml'].map((name): Record<string, unknown> =>
      z
        .record(z.string(), z.unknown())
        .parse(parse(readFileSync(`config/prometheus/${name}`, 'utf8'))),
    );

    expect({ ...ours, scrape_configs: [] }).toEqual({ ...plain, scrape_configs: [] });
    expect(JSON.stringify(ours)).toContain('"targets":["bot:8000"]');
  });

  it.skipIf(!has('promtool', ['--version']))('is taken by promtool (needs it)', () => {
    const check = ['check', 'config', '--syntax-only', 'config/prometheus/compose.yml'];

    expect(() => execFileSync('promtool', check, { stdio: 'pipe' })).not.toThrow();
  });
});

describe('Dockerfile', () => {
  it('ends in an image that is not run by root, with exact bases', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);

    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(/:\d+\.\d+/);
    expect(dockerfile).toMatch(/^USER nightdesk$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK/m);
  });

  it('has the Node that bootstrap.sh would bring', () => {
    const pin = /^NODE_PIN=(\S+)$/m.exec(readFileSync('scripts/bootstrap.sh', 'utf8'))?.[1];

    expect(dockerfile).toContain(`FROM node:${pin}-`);
  });

  it('copies what there is and .dockerignore lets in', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, words]) => words?.split(' ') ?? [],
    );
    const letIn = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(new Set(letIn)).toEqual(new Set(copied));
  });

  it('leaves out nothing that a running desk loads', () => {
    const isLeftOut = (path: string): boolean =>
      /\.(test|fixture)\.ts$/.test(path) || path.startsWith('src/agents/execution/simulation/');
    const loaded = importsUnder('.', 'src').filter(({ from }) => !isLeftOut(from));

    expect(loaded.length).toBeGreaterThan(1_000);
    expect(loaded.filter(({ to }) => isLeftOut(to))).toEqual([]);
    const left = readFileSync('.dockerignore', 'utf8').match(/^(\*\*|src)\/.*$/gm);
    expect(left).toEqual(['**/*.test.ts', '**/*.fixture.ts', 'src/agents/execution/simulation']);
  });
});
