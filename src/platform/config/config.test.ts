import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import type { Layer } from './layer.ts';
import { originText } from './layer.ts';
import { loadConfig } from './load.ts';

const Sample = z.strictObject({
  gateway: z.strictObject({ port: z.int().min(0).max(65535), host: z.string() }),
  caps: z.strictObject({ method: z.string().default('none') }).prefault({}),
  pairs: z.array(z.string().regex(/^\w+\/\w+$/, 'expected BASE/QUOTE')),
  exchange: z.strictObject({ api_key: z.string().nullable() }),
  mode: z.enum(['shadow', 'production']),
  steps: z
    .array(
      z.discriminatedUnion('name', [
        z.strictObject({ name: z.literal('age'), min_days: z.int().default(1) }),
        z.strictObject({ name: z.literal('volume'), count: z.int().default(1) }),
      ]),
    )
    .default([]),
});

const DEFAULT = `gateway:
  port: 8000
  host: 127.0.0.1
pairs: []
exchange:
  api_key: null
mode: shadow
`;

const NO_FLAGS: Layer = { source: 'flags', leaves: [], positions: new Map() };

describe('loadConfig', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const dotEnv = (text: string, mode = 0o600): void => {
    writeFileSync(join(folder, '.env'), text, { mode });
  };
  const load = (
    extra: string,
    env: Record<string, string> = {},
  ): ReturnType<typeof loadConfig<typeof Sample>> =>
    loadConfig(Sample, {
      files: [file('default.yaml', DEFAULT), file('my.yaml', extra)],
      envFile: join(folder, '.env'),
      env,
      flags: NO_FLAGS,
      oldNames: [{ from: 'web.port', to: 'gateway.port' }],
    });
  const problemsOf = (extra: string, env: Record<string, string> = {}): string => {
    try {
      load(extra, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.message.replaceAll(`${folder}/`, '');
      throw error;
    }
    return 'no problem';
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightdesk-config-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets later layers win key by key and remembers where each value is from', () => {
    dotEnv('NIGHTDESK__GATEWAY__HOST=from-dot-env\nOTHER=1\n');

    const { config, leaves } = load('gateway:\n  port: 9000\n', {
      NIGHTDESK__GATEWAY__PORT: '9001',
    });

    expect(config.gateway).toEqual({ port: 9001, host: 'from-dot-env' });
    const port = leaves.find((leaf) => leaf.path.join('.') === 'gateway.port');
    expect(port && originText(port.origin)).toBe('environment (NIGHTDESK__GATEWAY__PORT)');
  });

  it('lets the real environment win over .env', () => {
    dotEnv('NIGHTDESK__GATEWAY__PORT=1\n');

    expect(load('', { NIGHTDESK__GATEWAY__PORT: '2' }).config.gateway.port).toBe(2);
  });

  it('names file, line, column, key, what was found and what was expected', () => {
    expect(problemsOf('gateway:\n  port: 99999\n')).toContain(
      'my.yaml:2:3  gateway.port: expected at most 65535, found 99999',
    );
  });

  it('suggests the nearest key for a typo', () => {
    expect(problemsOf('gateway:\n  prot: 1\n')).toContain(
      'my.yaml:2:3  gateway.prot: unknown key; did you mean "port"?',
    );
    expect(problemsOf('caps:\n  metod: none\n')).toContain('did you mean "method"?');
    expect(problemsOf('gatway:\n  port: 1\n')).toContain('did you mean "gateway"?');
  });

  it('lists the known keys when nothing is near', () => {
    expect(problemsOf('gateway:\n  colour: red\n')).toContain('known keys here: port, host');
  });

  it('knows the keys of the form that an entry says it is, and the names of the forms', () => {
    const steps = (entry: string): string => problemsOf(`steps:\n  - ${entry}\n`);

    expect(steps('{name: volume, colour: red}')).toContain('known keys here: name, count');
    expect(steps('{name: age, min_dys: 3}')).toContain('did you mean "min_days"?');
    expect(steps('{name: volumes}')).toContain(
      'steps.0.name: expected one of "age", "volume", found "volumes"',
    );
  });

  it('reports every problem at once', () => {
    const text = problemsOf('gateway:\n  port: many\nmode: shadwo\npairs: [BTC]\n');

    expect(text).toContain('3 problems');
    expect(text).toContain('my.yaml:2:3  gateway.port: expected number, found "many"');
    expect(text).toContain(
      'my.yaml:3:1  mode: expected one of "shadow", "production", found "shadwo"',
    );
    expect(text).toContain('my.yaml:4:9  pairs.0: expected BASE/QUOTE, found "BTC"');
  });

  it('places syntax errors and duplicate keys', () => {
    expect(problemsOf('gateway: {port: 1\n')).toMatch(/my\.yaml:\d+:\d+/);
    expect(problemsOf('mode: shadow\nmode: shadow\n')).toMatch(/my\.yaml:2:1 .*unique/i);
  });

  it('refuses a file that is no map', () => {
    expect(problemsOf('just text\n')).toContain('expected a map of sections');
  });

  it('never shows a secret in an error', () => {
    const text = problemsOf('exchange:\n  api_key: [planted-secret]\n');

    expect(text).toContain('exchange.api_key');
    expect(text).not.toContain('planted-secret');
  });

  it('fills ${NAME} from the environment and says when it is missing', () => {
    const filled = load('exchange:\n  api_key: ${MY_KEY}\n', { MY_KEY: 'abc' });

    expect(filled.config.exchange.api_key).toBe('abc');
    expect(load('pairs: ["${MY_PAIR}"]\n', { MY_PAIR: 'A/B' }).config.pairs).toEqual(['A/B']);
    const leaf = filled.leaves.find(({ path }) => path.join('.') === 'exchange.api_key');
    expect(leaf?.filledFrom).toBe('MY_KEY');
    expect(problemsOf('exchange:\n  api_key: ${MY_KEY}\n')).toContain(
      'my.yaml:2:3  exchange.api_key: the environment variable MY_KEY is not set',
    );
  });

  it('reads an old key into its new home and says so', () => {
    const { config, renamed } = load('web:\n  port: 7\n');

    expect(config.gateway.port).toBe(7);
    expect(renamed).toEqual(['web.port -> gateway.port']);
  });

  it.each([0o640, 0o604, 0o644])('refuses a .env of mode %o', (mode) => {
    dotEnv('NIGHTDESK__EXCHANGE__API_KEY=planted-secret\n', mode);

    const text = problemsOf('');

    expect(text).toContain(
      '.env  can be read by other users of this machine; run "chmod 600 .env"',
    );
    expect(text).not.toContain('planted-secret');
  });

  it('takes a secret of the environment as it stands, never as YAML', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n';

    for (const text of ['0123', 'true', '*a: [b', '# x', pem]) {
      const { config } = load('', { NIGHTDESK__EXCHANGE__API_KEY: text });
      expect(config.exchange.api_key).toBe(text);
    }
  });

  it('hides the secrets inside a value that does not fit', () => {
    const text = problemsOf('pairs: {a: {api_secret: planted-secret}}\n');

    expect(text).toContain('pairs: expected array');
    expect(text).not.toContain('planted-secret');
  });

  it('says which file cannot be read', () => {
    const sources = { files: [join(folder, 'none.yaml')], env: {}, flags: NO_FLAGS, oldNames: [] };

    expect(() => loadConfig(Sample, sources)).toThrow(/none\.yaml .*cannot be read/);
  });
});
