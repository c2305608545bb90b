import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CoordinatorEvent } from '#core/model/coordinator-event.ts';
import { ConfigHistoryPage, ReloadResult } from '#core/model/reload.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startDesk } from '../support/desk.ts';
import type { Desk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';

const PERSON = { by: 'alice', origin: 'here', reason: 'a test', isDryRun: false };

let folder: string;
let file: string;
let desk: Desk;

/** The one file that these tests edit. */
function write(text: string): void {
  writeFileSync(file, text);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nd-reload-'));
  file = join(folder, 'mine.yaml');
  write('risk_limits:\n  open_positions_max: 9\n');
  desk = await startDesk({ folder, args: ['--config', file, '--timeframe', '1s'] });
  await desk.untilReady();
}, 120_000);

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(request: ControlRequest): Promise<unknown> {
  const { dataDir } = desk;
  const answer = await askDesk(request, { dataDir, clock: systemClock(), withinMs: 60_000 });
  return answer?.body;
}

async function reload(given: Partial<typeof PERSON> = {}): Promise<ReloadResult> {
  return ReloadResult.parse(await ask({ kind: 'reload', ...PERSON, ...given }));
}

async function set(settings: Record<string, unknown>, isDryRun = false): Promise<ReloadResult> {
  return ReloadResult.parse(await ask({ kind: 'set-config', settings, ...PERSON, isDryRun }));
}

async function shown(): Promise<Record<string, Record<string, unknown>>> {
  const body = await desk.get('/api/v1/config');
  return z
    .record(z.string(), z.record(z.string(), z.unknown()).or(z.unknown()))
    .parse(body) as never;
}

async function facts(kind: string): Promise<readonly CoordinatorEvent[]> {
  const body = await ask({ kind: 'events', after: 0, limit: 500 });
  const { events } = z.object({ events: z.array(CoordinatorEvent) }).parse(body);
  return events.filter(({ fact }) => fact.kind === kind);
}

async function pids(): Promise<Record<string, number | undefined>> {
  const picture = await desk.status();
  return Object.fromEntries((picture?.agents ?? []).map(({ instance, pid }) => [instance, pid]));
}

/** The gauge of a limit as execution has it in force. */
async function limitInForce(): Promise<number> {
  const text = await (await fetch(`${desk.url}/metrics`)).text();
  const line = text
    .split('\n')
    .find((one) => /open_positions_limit\W/.test(one) && !one.startsWith('#'));
  return Number(line?.split(' ').at(-1));
}

describe('a reload of a running desk', () => {
  it('swaps an edited limit in every agent at once and restarts nobody', async () => {
    const before = await pids();
    write('risk_limits:\n  open_positions_max: 4\n');
    const wroteMs = performance.now();

    const result = await reload();

    const tookMs = performance.now() - wroteMs;
    expect(result).toMatchObject({
      isApplied: true,
      problems: [],
      restarted: [],
      changes: [{ key: 'risk_limits.open_positions_max', from: '9', to: '4', effect: 'now' }],
    });
    process.stdout.write(
      `write to effect ${tookMs.toFixed(1)} ms, swap in ms: ${JSON.stringify(result.appliedMs)}\n`,
    );
    expect(Object.keys(result.appliedMs).toSorted()).toEqual([
      'coordinator',
      'data',
      'execution',
      'gateway',
      'practice',
      'risk',
      'trading-worker-1',
    ]);
    expect(await pids()).toEqual(before);
    expect(await shown()).toMatchObject({ risk_limits: { open_positions_max: 4 } });
    await eventually(async () => (await limitInForce()) === 4, {
      withinMs: 10_000,
      what: 'execution shows the new limit',
    });
    expect((await facts('config.applied')).at(-1)?.fact).toMatchObject({
      by: 'alice',
      version: result.version,
      changes: ['risk_limits.open_positions_max: 9 -> 4'],
    });
    const audit = await desk.command(['audit', 'show', '--kind', 'config.changed', '--json']);
    expect(audit.stdout).toContain('open_positions_max');
    expect(audit.stdout).toContain('alice');
  });

  it('changes nothing for a bad file, and says place, key and what is expected', async () => {
    const before = await shown();
    const { version } = await reload();
    write('risk_limits:\n  open_positions_max: many\n  dayly_loss_max: 0.02\n');

    const result = await reload();

    expect(result).toMatchObject({ isApplied: false, version });
    const text = result.problems.join('\n');
    expect(text).toMatch(/mine\.yaml:2:\d+ {2}risk_limits\.open_positions_max: expected number/);
    expect(text).toMatch(/mine\.yaml:3:\d+ .*did you mean "daily_loss_max"/);
    expect(await shown()).toEqual(before);
    expect((await facts('config.refused')).at(-1)?.fact).toMatchObject({ by: 'alice' });
    write('risk_limits:\n  open_positions_max: 4\n');
  });

  it('tells in a dry run what would happen, with what the account would meet, and does nothing', async () => {
    const { version } = await reload();

    const result = await set(
      { 'committee.min_confidence': 1, 'gateway.max_connections': 100 },
      true,
    );

    expect(result).toMatchObject({ isApplied: false, version, restarted: ['gateway'] });
    expect(result.warnings.join()).toContain('committee.min_confidence 1 is never reached');
    expect((await reload()).changes).toEqual([]);
  });

  it('refuses keys that need another start, and applies nothing of the rest', async () => {
    const result = await set({ timeframe: '1m', 'risk_limits.losses_in_row_max': 3 });

    // The flag of the start wins over the overrides.
    expect(result.problems.join()).toContain('--timeframe');
    const other = await set({ quote_asset: 'USDC', 'risk_limits.losses_in_row_max': 3 });
    expect(other).toMatchObject({ isApplied: false });
    expect(other.problems.join()).toContain('quote_asset');
    expect(existsSync(join(desk.dataDir, 'overrides.yaml'))).toBe(false);
  });

  it('asks the analysts before the swap', async () => {
    const result = await set({ 'committee.analysts': [{ file: 'nowhere/mine.ts', weight: 1 }] });

    expect(result.isApplied).toBe(false);
    expect(result.problems.join()).toMatch(/trading-worker-1: .*there is no file/s);
  });

  it('changes nothing when an agent dies while it prepares', async () => {
    const deadly = join(folder, 'deadly.ts');
    writeFileSync(deadly, "process.kill(process.pid, 'SIGKILL');\n");
    const before = await shown();

    const result = await set({ 'committee.analysts': [{ file: deadly, weight: 1 }] });

    expect(result.isApplied).toBe(false);
    expect(result.problems.join()).toContain('trading-worker-1');
    expect(await shown()).toEqual(before);
    await desk.untilReady();
  });

  it('is what the gate goes by for the next order', async () => {
    expect((await set({ 'risk_limits.spread_max': 0.000_000_001 })).isApplied).toBe(true);

    const bought = await desk.command(['order', 'buy', 'BTC/USDT']);

    expect(bought.stdout).toContain('spread');
    expect((await set({ 'risk_limits.spread_max': 0.005 })).isApplied).toBe(true);
  });

  it('keeps settings over the files, and takes them back by a rollback', async () => {
    const { version } = await reload();
    const applied = await set({
      'risk_limits.open_positions_max': 2,
      'committee.min_confidence': 0.8,
    });
    expect(applied).toMatchObject({ isApplied: true, version: version + 1 });
    const overrides = join(desk.dataDir, 'overrides.yaml');
    expect(statSync(overrides).mode & 0o777).toBe(0o600);
    expect(readFileSync(overrides, 'utf8')).toContain('open_positions_max: 2');
    const origin = await desk.command(['config', 'show', '--config', file]);
    expect(origin.stdout).toMatch(/open_positions_max +2 +# .*overrides\.yaml/);

    const rolled = await desk.command(['config', 'rollback', String(version), '--config', file]);

    expect(rolled.stdout).toContain(`version ${version + 2} is in force`);
    expect(rolled.code).toBe(0);
    expect(await shown()).toMatchObject({
      risk_limits: { open_positions_max: 4 },
      committee: { min_confidence: 0.7 },
    });
    const page = ConfigHistoryPage.parse(await ask({ kind: 'config-history', limit: 2 }));
    expect(page.versions.map(({ cause }) => cause)).toEqual(['rollback', 'set']);
  });

  it('restarts only the agents a key asks for', async () => {
    const before = await pids();

    const result = await set({ 'gateway.max_connections': 200, 'trading_worker.concurrency': 2 });

    expect(result).toMatchObject({ isApplied: true, problems: [] });
    expect(result.restarted).toEqual(['trading-worker-1', 'gateway']);
    const after = await pids();
    expect(after['gateway']).not.toBe(before['gateway']);
    expect(after['trading-worker-1']).not.toBe(before['trading-worker-1']);
    expect([after['execution'], after['data']]).toEqual([before['execution'], before['data']]);
    const failed = (await facts('agent.failed')).map(({ fact }) => fact);
    expect(failed, 'an asked restart is no failure').toHaveLength(1);
  });

  it('applies nothing while an agent does not answer', async () => {
    const pid = await desk.pidOf('trading-worker-1');
    const before = await shown();
    process.kill(pid, 'SIGSTOP');
    try {
      const result = await set({ 'risk_limits.losses_in_row_max': 4 });

      expect(result.isApplied).toBe(false);
      expect(result.problems.join()).toContain('trading-worker-1');
      expect(await shown()).toEqual(before);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await desk.untilReady();
  });

  it('does one at a time', async () => {
    const results = await Promise.all([
      set({ 'risk_limits.losses_in_row_max': 4 }),
      set({ 'risk_limits.losses_in_row_max': 3 }),
    ]);

    expect(results.filter(({ isApplied }) => isApplied)).toHaveLength(1);
    const refused = results.find(({ isApplied }) => !isApplied);
    expect(refused?.problems.join()).toContain('another change is being applied');
  });

  it('is done by SIGHUP and by a watch of the files, and has the operator in its history', async () => {
    write('risk_limits:\n  daily_loss_max: 0.04\n');
    desk.signal('SIGHUP');
    await eventually(async () => (await shown())['risk_limits']?.['daily_loss_max'] === 0.04, {
      withinMs: 10_000,
      what: 'the signal was obeyed',
    });
    expect((await set({ 'coordinator.watch_config': true })).isApplied).toBe(true);
    await systemClock().sleep(2_500);

    write('risk_limits:\n  daily_loss_max: 0.03\n');

    await eventually(async () => (await shown())['risk_limits']?.['daily_loss_max'] === 0.03, {
      withinMs: 10_000,
      what: 'the edited file was read',
    });
    const page = ConfigHistoryPage.parse(await ask({ kind: 'config-history', limit: 3 }));
    expect(page.versions.map(({ by }) => by)).toEqual(['file watch', 'alice', 'SIGHUP']);
  });

  it('has at the next start what was written down when the desk was killed', async () => {
    const overrides = join(desk.dataDir, 'overrides.yaml');
    const before = readFileSync(overrides, 'utf8');
    const asked = set({ 'risk_limits.losses_in_row_max': 2 }).catch(() => undefined);
    await eventually(() => readFileSync(overrides, 'utf8') !== before, {
      withinMs: 10_000,
      what: 'the change is written',
    });
    process.kill(desk.pid, 'SIGKILL');
    await Promise.all([asked, desk.exited]);

    await using next = await startDesk({ folder, args: ['--config', file, '--timeframe', '1s'] });
    await next.untilReady();

    expect(await next.get('/api/v1/config')).toMatchObject({
      risk_limits: { losses_in_row_max: 2 },
    });
    const { dataDir } = next;
    const request = { kind: 'config-history', limit: 5 } as const;
    const answer = await askDesk(request, { dataDir, clock: systemClock() });
    const { versions } = ConfigHistoryPage.parse(answer?.body);
    // Killed between the two files, it is there as what the next start found changed.
    expect(versions.flatMap(({ changes }) => changes)).toContainEqual(
      expect.objectContaining({ key: 'risk_limits.losses_in_row_max', to: '2' }),
    );
  }, 60_000);
});
