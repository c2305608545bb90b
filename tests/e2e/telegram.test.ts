/** The bot beside a whole desk on the practice exchange: what a person reads, and what the desk then does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { type Desk, startDesk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { type BotApi, startBotApi } from '../support/telegram/bot-api.ts';
import { botBeside } from '../support/telegram/bot-beside.ts';
import { ALICE, BOB, VERA } from '../support/telegram/people.ts';
import { askBot, confirmPrompt } from '../support/telegram/talk.ts';

const folder = mkdtempSync(join(tmpdir(), 'nd-e2e-telegram-'));
const configFile = join(folder, 'telegram.json');
const BUYING = resolve(import.meta.dirname, '../../scripts/bench/buying-analyst.ts');
const CONFIG = {
  committee: { analysts: [{ file: BUYING, weight: 1 }], cooldown_candles: 1 },
  risk_limits: { risk_state_age_max_ms: null, losses_in_row_max: 1_000 },
};

let desk: Desk;
let api: BotApi;
let bot: AsyncDisposable;

beforeAll(async () => {
  writeFileSync(configFile, JSON.stringify(CONFIG));
  desk = await startDesk({
    folder,
    args: ['--timeframe', '1s', '--seed', '7', '--config', configFile],
    env: { NIGHTDESK__PRACTICE__PAIRS: '[BTC/USDT, ETH/USDT, SOL/USDT]' },
  });
  await desk.untilReady();
  api = await startBotApi();
  bot = await botBeside(desk, api, { allow_raising_risk: true });
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function ledger<T>(read: (reader: LedgerReader) => Promise<T>): Promise<T> {
  const reader = await openLedgerReader(join(desk.dataDir, 'ledger.db'));
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

const held = () =>
  ledger(async (reader) => (await reader.positions('shadow')).map(({ pair }) => pair));
const halts = () => ledger(async (reader) => (await reader.halts()).map(({ kind }) => kind));

async function untilHeld(count: number): Promise<void> {
  await eventually(async () => (await held()).length >= count, {
    withinMs: 60_000,
    what: `${count} positions are held`,
  });
}

describe('a person with a phone', () => {
  it('reads the desk as it is', async () => {
    await untilHeld(2);

    const status = await askBot(api, VERA, '/status');
    expect(status.text).toContain('SHADOW on practice, running');
    expect(status.text).not.toContain('figures as of');
    const positions = await askBot(api, VERA, '/positions');
    expect(positions.text).toMatch(/bid +\d+\.\d/);
    expect(positions.text).toMatch(/stop +\d+\.\d/);
    const health = await askBot(api, VERA, '/health');
    expect(health.text).toContain('execution');
    const [pair] = await held();
    const why = await askBot(api, VERA, `/why ${pair}`);
    expect(why.text).toContain('buying: +1.00, sure 100%');
    const log = await askBot(api, BOB, '/logs execution 3');
    expect(log.text).toContain('execution, last 3 lines');
    for (const line of [
      '/whitelist',
      '/blacklist',
      '/balance',
      '/risk',
      '/stats',
      '/daily',
      '/agents',
    ]) {
      expect((await askBot(api, VERA, line)).text).not.toContain('not now');
    }
  });

  it('pauses the desk, closes a pair, and stands in the audit with it', async () => {
    await untilHeld(2);
    expect((await askBot(api, BOB, '/pause a test')).text).toBe('no new entries until resumed');
    expect(await halts()).toContain('paused');
    const [pair = ''] = await held();

    const { prompt, confirm } = await confirmPrompt(api, BOB, `/close ${pair}`);
    expect(prompt.text).toContain(pair);
    expect(await held()).toContain(pair);
    api.press(BOB, prompt, confirm);
    api.press(BOB, prompt, confirm);
    await eventually(async () => !(await held()).includes(pair as never), { withinMs: 20_000 });

    await eventually(() => prompt.text.includes('confirmed by bob'), { withinMs: 10_000 });
    const { rows } = await ledger((reader) => reader.audit({ kind: 'operator', limit: 20 }));
    const own = rows.filter(({ who }) => who === 'telegram:bob');
    expect(own.map(({ origin }) => origin)).toEqual(['telegram chat 12', 'telegram chat 12']);
  });

  it('resumes where the config allows it, and buys by hand through the gate', async () => {
    const resume = await confirmPrompt(api, ALICE, '/resume');
    api.press(ALICE, resume.prompt, resume.confirm);
    await eventually(async () => !(await halts()).includes('paused'), { withinMs: 15_000 });
    await untilHeld(2);

    const [pair = ''] = await held();
    const order = await confirmPrompt(api, ALICE, `/order ${pair} buy stop 2%`);
    api.press(ALICE, order.prompt, order.confirm);
    await eventually(() => order.prompt.text.includes('confirmed by alice'), { withinMs: 15_000 });

    // It is held already, so the gate has its say.
    expect(order.prompt.text).toMatch(/refused|duplicate-pair|bought|buying/);
  });

  it('reloads a tighter limit, and nothing from a file that is wrong', async () => {
    const tighter = { ...CONFIG, risk_limits: { ...CONFIG.risk_limits, risk_fraction: 0.0007 } };
    writeFileSync(configFile, JSON.stringify({ ...tighter, risk_limit: {} }));
    expect((await askBot(api, BOB, '/reload')).text).toContain('the config is refused');

    writeFileSync(configFile, JSON.stringify(tighter));
    const { prompt, confirm } = await confirmPrompt(api, BOB, '/reload less risk');
    expect(prompt.text).toContain('risk_limits.risk_fraction: 0.001 -> 0.0007');
    api.press(BOB, prompt, confirm);

    await eventually(() => prompt.text.includes('reloaded as version'), { withinMs: 20_000 });
    expect((await askBot(api, BOB, '/reload')).text).toBe('nothing has changed in the config');
  });

  it('kills the desk with Redis stopped', async () => {
    await untilHeld(1);
    const redis = await desk.pidOf('redis');
    process.kill(redis, 'SIGSTOP');
    const { prompt, confirm } = await confirmPrompt(api, BOB, '/killswitch');

    api.press(BOB, prompt, confirm);
    await eventually(async () => (await held()).length === 0, { withinMs: 30_000 });

    expect(await halts()).toContain('kill-switch');
    await eventually(() => prompt.text.includes('killed: selling'), { withinMs: 15_000 });
  });
});
