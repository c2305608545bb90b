/**
 * A production desk trades with keys that can be recognised, suffers faults that bring requests and
 * their errors into logs, loses execution to a kill -9, and is asked everything it can be asked. The
 * keys are nowhere but in execution. A mark that is no secret is put into such places too: a search
 * that does not find it there would find no key either.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { foundInMemory } from '../support/planted-keys/memory.ts';
import { found, needle } from '../support/planted-keys/needles.ts';
import type { Piece } from '../support/planted-keys/places.ts';
import {
  everything,
  MARK,
  PASSPHRASE,
  practiceUrl,
  startPlanted,
} from '../support/planted-keys/planted-desk.ts';
import type { PlantedDesk, Planting } from '../support/planted-keys/planted-desk.ts';

const TRADES_WITHIN_MS = 90_000;
const READY_WITHIN_MS = 30_000;

// Each brings the request, signed and with its key, into the hands of whoever writes the error.
const FAULTS = [
  { kind: 'rest-refuse', durationMs: 1_500 },
  { kind: 'rest-5xx', durationMs: 1_500 },
  { kind: 'rest-garbage', durationMs: 1_500 },
  { kind: 'clock-offset', offsetMs: -20_000, durationMs: 1_500 },
  { kind: 'rate-limit', durationMs: 1_500, retryAfterS: 1 },
  { kind: 'order-5xx', durationMs: 3_000 },
  { kind: 'order-garbage', durationMs: 3_000 },
  { kind: 'key-refused', durationMs: 2_000 },
  { kind: 'socket-drop', durationMs: 1_000 },
  { kind: 'maintenance', mode: 'closed', durationMs: 1_500 },
];

const Items = z.looseObject({ items: z.array(z.unknown()) });

describe.each<Planting>(['keystore', 'environment'])('keys from the %s', (planting) => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-planted-'));
  let run: PlantedDesk;
  let pieces: readonly Piece[];

  beforeAll(async () => {
    run = await startPlanted(folder, planting);
    const { desk } = run;
    await desk.untilReady();
    await untilTraded(run);
    await desk.command(['pause', '--reason', MARK]);
    await desk.command(['resume', '--reason', MARK]);
    for (const fault of FAULTS) await underFault(run, fault);
    process.kill(await desk.pidOf('execution'), 'SIGKILL');
    await eventually(
      async () => (await desk.status())?.agents.every(({ state }) => state === 'ready') ?? false,
      { withinMs: READY_WITHIN_MS, what: 'execution is back' },
    );
    await desk.command(['pause', '--reason', MARK]);
    pieces = await everything(run);
  }, 300_000);

  afterAll(async () => {
    await run?.desk[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  it('traded as production, with keys that the exchange checked', async () => {
    const accounts = await (await fetch(`${practiceUrl(run.desk)}/practice/accounts`)).text();

    expect(run.desk.output()).toContain('PRODUCTION');
    expect((await run.desk.status())?.mode).toBe('production');
    expect(accounts).toContain('"commission"');
  });

  it('are searched for where something can be found', () => {
    const places = placesOf(pieces, [needle('mark', MARK)]);

    // One of each kind: the log files, the book and its log, Redis, the API, commands, environ.
    for (const kind of [
      /logs\/execution\.log/,
      /data\/ledger\.db/,
      /ledger\.db operator_actions/,
      /^redis /,
      /^http \/api\/v1\/account/,
      /^command status/,
      /^environ of coordinator/,
    ]) {
      expect(places.filter((place) => kind.test(place)).length, String(kind)).toBeGreaterThan(0);
    }
    expect(pieces.map(({ place }) => place)).toContain('http /metrics');
    expect(pieces.length).toBeGreaterThan(100);
  });

  it('are judged by doctor beside the running desk', () => {
    const report = pieces.find(({ place }) => place === 'command doctor --json')?.bytes;

    expect(String(report)).toContain('"check":"rights","verdict":"pass"');
    expect(String(report)).toContain('"check":"account","verdict":"pass"');
  });

  it('come out nowhere', () => {
    const mayHave = (place: string): boolean =>
      // What a person put into the environment of the desk stands there for as long as it runs.
      planting === 'environment' && place.endsWith('environ of coordinator');

    expect(placesOf(pieces, run.needles).filter((place) => !mayHave(place))).toEqual([]);
  });

  it.runIf(planting === 'keystore')('are in the memory of execution alone', async ({ skip }) => {
    const secret = run.needles.filter(({ name }) => name !== 'API key');
    const own = foundInMemory(await run.desk.pidOf('execution'), secret);
    if (own === undefined) skip('this machine lets nobody look into the memory of a process');
    const agents = (await run.desk.status())?.agents ?? [];
    const holders = agents.flatMap(({ instance, pid }) => {
      const names = pid === undefined ? undefined : foundInMemory(pid, secret);
      return names === undefined || names.length === 0 ? [] : [{ instance, names }];
    });

    expect(holders.map(({ instance }) => instance)).toEqual(['execution']);
    expect(holders[0]?.names).toContain('private key');
  });
});

describe('a start that fails over its keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-planted-bad-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const secret = 'PLANTEDbad8Kd3Wq6Zn1Tx5Vb9';

  it.each([
    ['half of them', { api_secret: secret }, /set together/],
    ['a list', { api_secret: [secret], api_key: 'x' }, /exchange\.api_secret/],
    ['an entry that is not there', { keystore: 'none' }, /has no entry "none"/],
    ['both ways at once', { keystore: 'x', api_key: secret, api_secret: secret }, /keep one/],
    ['a wrong key', { api_secret: secret, api_kye: secret }, /did you mean "api_key"/],
    [
      'a broken private key',
      { api_key: secret, api_secret: `-----BEGIN PRIVATE KEY-----\\n${secret}\\n-----END` },
      /private key cannot be read/,
    ],
  ])('says so without showing them: %s', async (name, exchange, message) => {
    const config = join(folder, `${name.replaceAll(' ', '-')}.yaml`);
    const practice = { accounts: [{ uid: 1, api_secret: secret }] };
    writeFileSync(config, JSON.stringify({ exchange, practice }), { mode: 0o600 });

    const words = ['--production', '--override', 'x', '--config', config, '--port', '0'];
    const { code, stdout, stderr } = await runCommand(
      [...words, '--data-dir', join(folder, 'data')],
      { ...process.env, NIGHTDESK_KEYSTORE_PASSPHRASE: PASSPHRASE },
    );

    const text = stdout + stderr;
    expect(code, text).toBe(2);
    expect(text).toMatch(message);
    expect(found([needle('key', secret), needle('passphrase', PASSPHRASE)], text)).toEqual([]);
  });
});

function placesOf(pieces: readonly Piece[], needles: PlantedDesk['needles']): string[] {
  return pieces.flatMap(({ place, bytes }) =>
    found(needles, bytes).map((name) => (needles.length === 1 ? place : `${name}: ${place}`)),
  );
}

async function untilTraded({ desk }: PlantedDesk): Promise<void> {
  await eventually(
    async () => Items.parse(await desk.get('/api/v1/trades?limit=1')).items.length > 0,
    { withinMs: TRADES_WITHIN_MS, what: 'the desk has traded' },
  );
}

async function underFault({ desk }: PlantedDesk, fault: { durationMs: number }): Promise<void> {
  const faults = `${practiceUrl(desk)}/practice/faults`;
  const answer = await fetch(faults, { method: 'POST', body: JSON.stringify(fault) });
  expect(answer.status, await answer.text()).toBeLessThan(300);
  await new Promise((done) => setTimeout(done, fault.durationMs));
}
