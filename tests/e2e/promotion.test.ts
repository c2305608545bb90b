/** From shadow to production on the practice exchange: the same code, with lower thresholds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { type Desk, startDesk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'nd-promotion-'));
const config = join(folder, 'promotion.yaml');
const FLAGS = ['--timeframe', '1s', '--seed', '7', '--config', config];

const Report = z.looseObject({
  standing: z.string(),
  decisionHash: z.string(),
  isOk: z.boolean(),
  lines: z.array(z.looseObject({ name: z.string(), isOk: z.boolean() })),
});

const THRESHOLDS = `
promotion:
  shadow_hours: 0.01
  closed_trades: 0
  uptime_fraction_min: 0.5
  decided_fraction_min: 0.5
  fidelity: {orders_min: 0, fill_rate_error_max: 1, slippage_error_max: 1000}
  ramp: [{day: 0, fraction: 0.5}]
`;

beforeAll(() => writeFileSync(config, THRESHOLDS));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function report(desk: Desk): Promise<z.output<typeof Report>> {
  const { stdout } = await desk.command(['promote', 'status', '--json', ...FLAGS]);
  return Report.parse(JSON.parse(stdout));
}

async function read<T>(
  run: (reader: Awaited<ReturnType<typeof openLedgerReader>>) => Promise<T>,
): Promise<T> {
  const reader = await openLedgerReader(join(folder, 'data', 'ledger.db'));
  try {
    return await run(reader);
  } finally {
    await reader.close();
  }
}

describe('promotion', () => {
  it('refuses production, promotes from what a shadow run recorded, and opens production', async () => {
    const refused = await startDesk({ args: [...FLAGS, '--production'], folder });
    expect(await refused.exited).toBe(2);
    expect(refused.output()).toContain('never promoted on this venue');

    const decisionHash = await inShadow();

    const production = await startDesk({ args: [...FLAGS, '--production'], folder });
    await using desk = production;
    await desk.untilReady();
    expect(desk.output()).toContain('PRODUCTION');
    expect(desk.output()).not.toContain('OVERRIDDEN');
    await eventually(async () => (await fillsOf('live')) > 0, {
      withinMs: 90_000,
      what: 'an order of the real account has filled',
    });
    const runs = await read((reader) => reader.runs());
    expect(runs.at(-1)).toMatchObject({ mode: 'production', decisionHash, venue: 'practice' });
    expect((await desk.command(['audit', 'verify'])).code).toBe(0);

    const revoked = await desk.command(['promote', 'revoke', '--reason', 'a test', ...FLAGS]);
    expect(revoked.stdout).toContain('demoted on practice');
    const halts = await read((reader) => reader.halts());
    expect(halts.map(({ kind }) => kind)).toContain('demoted');
    expect((await desk.command(['stop'])).code).toBe(0);
    await desk.exited;

    const again = await startDesk({ args: [...FLAGS, '--production'], folder });
    expect(await again.exited).toBe(2);
    expect(again.output()).toContain('demoted');
  }, 400_000);
});

/** Runs in shadow until the checklist is complete, promotes, and stops; returns the decision hash. */
async function inShadow(): Promise<string> {
  await using desk = await startDesk({ args: FLAGS, folder });
  await desk.untilReady();
  const early = await report(desk);
  expect(early.isOk).toBe(false);
  expect(early.lines.filter(({ isOk }) => !isOk).map(({ name }) => name)).toContain('conformance');
  expect((await desk.command(['promote', '--confirm', 'x', ...FLAGS])).code).toBe(1);

  const conformance = await desk.command(['conformance', '--config', config]);
  expect(conformance.stdout).not.toContain('fail  ');
  expect(conformance.code).toBe(0);

  await eventually(async () => (await report(desk)).isOk, {
    withinMs: 150_000,
    what: 'the checklist is complete',
  });
  const { decisionHash } = await report(desk);
  const wrong = await desk.command(['promote', '--confirm', 'promote practice', ...FLAGS]);
  expect(wrong.code).toBe(1);
  const text = `promote practice ${decisionHash.slice(0, 8)}`;
  const promoted = await desk.command(['promote', '--confirm', text, ...FLAGS]);
  expect(promoted.stdout).toContain('promoted for practice');
  expect((await report(desk)).standing).toContain('promoted');
  expect((await desk.command(['stop'])).code).toBe(0);
  await desk.exited;
  return decisionHash;
}

async function fillsOf(account: string): Promise<number> {
  return (await read((reader) => reader.fills({ account, limit: 5 }))).rows.length;
}
