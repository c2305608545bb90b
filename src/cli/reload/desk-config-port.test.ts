import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { loadDesk } from '../desk.ts';
import { parseStartFlags } from '../start-flags.ts';
import { deskConfigPort, effective } from './desk-config-port.ts';

const ALICE = { by: 'alice', origin: 'here', reason: 'less risk' };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-port-'));
  file = join(folder, 'mine.yaml');
  writeFileSync(file, '');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function setUp(mode: 'shadow' | 'production' = 'shadow', env: NodeJS.ProcessEnv = {}) {
  const args = ['--config', file, '--data-dir', folder, `--${mode}`, '--port', '8123'];
  const flags = parseStartFlags(args, folder);
  const running = effective(loadDesk(flags, env));
  const given = { flags, env, dataDir: folder, clock: fakeClock(), isRunning: true };
  const port = deskConfigPort({ ...given, starter: { by: 'bob', origin: 'there' } });
  return { port, running, now: () => effective(loadDesk(flags, env)) };
}

describe('deskConfigPort', () => {
  it.each([
    ['tightens a risk limit', { 'risk_limits.daily_loss_max': 0.03 }, ''],
    ['loosens one', { 'risk_limits.daily_loss_max': 0.06 }, 'risk_limits.daily_loss_max'],
    ['changes how it decides', { 'committee.min_confidence': 0.8 }, 'committee.min_confidence'],
    ['changes what no promotion speaks for', { 'gateway.history_max_decisions': 5_000 }, ''],
  ])('in production judges what %s', (_, settings, refused) => {
    const { port, running } = setUp('production');

    const { problems } = port.plan({ kind: 'set', settings }, running);

    if (refused === '') expect(problems).toEqual([]);
    else expect(problems.join()).toContain(`${refused} says how the desk decides`);
  });

  it('warns that the next start in production needs a new promotion', () => {
    const { port, running } = setUp('production');

    const settings = { 'risk_limits.daily_loss_max': 0.03 };

    expect(port.plan({ kind: 'set', settings }, running).warnings.join()).toContain(
      'the next start in production needs a new promotion',
    );
  });

  it.each([
    [{ 'gateway.port': 9_000 }, '--port'],
    [{ 'exchange.api_key': 'planted-key' }, 'a secret is not kept in overrides'],
    [{ mode: 'production' }, 'is given at the start'],
    [{ 'risk_limits.dayly_loss_max': 0.1 }, 'did you mean "daily_loss_max"'],
  ])('refuses to set %j', (settings, text) => {
    const { port, running } = setUp();

    expect(() => port.plan({ kind: 'set', settings }, running)).toThrow(text);
    expect(existsSync(join(folder, 'overrides.yaml'))).toBe(false);
  });

  it('begins a version only when something differs from the last start', () => {
    const { port, running } = setUp();

    expect([port.begin(running), port.begin(running)]).toEqual([1, 1]);
    writeFileSync(file, 'risk_limits: {daily_loss_max: 0.04}\n');
    expect(port.begin(setUp().running)).toBe(2);
    expect(port.history(5).versions[0]).toMatchObject({
      by: 'bob',
      cause: 'start',
      changes: [{ key: 'risk_limits.daily_loss_max', from: '0.05', to: '0.04' }],
    });
  });

  it('rolls back what was set and what the files say since', () => {
    const { port, running, now } = setUp();
    port.begin(running);
    port.plan({ kind: 'set', settings: { 'committee.candles': 200 } }, running).keep(ALICE);
    writeFileSync(file, 'risk_limits: {daily_loss_max: 0.04}\n');
    expect(now()).not.toEqual(running);

    const plan = port.plan({ kind: 'rollback', version: 1 }, now());
    expect(plan.keep(ALICE)).toBe(3);

    expect(now()).toEqual(running);
    expect(readFileSync(join(folder, 'overrides.yaml'), 'utf8')).not.toContain('candles');
  });

  it('leaves a key to the environment that wins over a version, and says so', () => {
    const { port, running } = setUp();
    port.begin(running);
    const changed = setUp('shadow', { NIGHTDESK__RISK_LIMITS__DAILY_LOSS_MAX: '0.04' });

    const plan = changed.port.plan({ kind: 'rollback', version: 1 }, changed.running);

    expect(plan.changes).toEqual([]);
    expect(plan.warnings.join()).toContain('NIGHTDESK__RISK_LIMITS__DAILY_LOSS_MAX');
  });

  it('knows no version that is not kept', () => {
    const { port, running } = setUp();

    expect(() => port.plan({ kind: 'rollback', version: 9 }, running)).toThrow(
      'there is no version 9',
    );
  });

  it('hides secrets in changes and in the history', () => {
    writeFileSync(file, 'exchange: {name: binance, api_key: planted-a, api_secret: planted-b}\n');
    const { port, running } = setUp();
    port.begin(running);
    writeFileSync(file, 'exchange: {name: binance, api_key: planted-c, api_secret: planted-b}\n');

    const plan = port.plan({ kind: 'reload' }, running);
    plan.keep(ALICE);

    expect(plan.changes).toMatchObject([{ from: 'hidden', to: 'hidden' }]);
    expect(readFileSync(join(folder, 'config-history.jsonl'), 'utf8')).not.toContain('planted');
  });

  it('writes no secret into the overrides that an older history holds in plain text', () => {
    const feeds = ['https://planted@a.invalid/rss', 'https://b.invalid/rss?sig=planted'];
    const { port, running } = setUp();
    port.begin(running);
    const history = join(folder, 'config-history.jsonl');
    const [line] = readFileSync(history, 'utf8').trim().split('\n');
    const entry = JSON.parse(String(line)) as { config: Record<string, unknown> };
    const old = { sources: { news: { feeds } } };
    const change = { key: 'feeds', from: '', to: JSON.stringify(feeds) };
    const config = { ...entry.config, sentiment_agent: old };
    writeFileSync(history, `${JSON.stringify({ ...entry, config, changes: [change] })}\n`);

    const plan = port.plan({ kind: 'rollback', version: 1 }, running);
    plan.keep(ALICE);

    expect(plan.warnings.join()).toContain('news.feeds stays as it is: it has a secret');
    expect(readFileSync(join(folder, 'overrides.yaml'), 'utf8')).not.toContain('planted');
    expect(JSON.stringify(port.history(10))).not.toContain('planted');
  });

  it('leaves the overrides as they were when the history cannot be written', () => {
    const { port, running } = setUp();
    const plan = port.plan({ kind: 'set', settings: { 'committee.candles': 200 } }, running);
    writeFileSync(join(folder, 'config-history.jsonl'), '', { mode: 0o644 });

    expect(() => plan.keep(ALICE)).toThrow('can be read by other users');
    expect(existsSync(join(folder, 'overrides.yaml'))).toBe(false);
  });
});
