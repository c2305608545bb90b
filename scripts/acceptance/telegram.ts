/**
 * Item 11: a Bot API server of ours beside a whole desk in shadow while the line, the notifier, Redis
 * and execution fail in turn and people write. Everything that the ledger says happened is in the
 * chat, once, in order, at Telegram's pace; strangers get silence; an expired button does nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../tests/support/eventually.ts';
import { startBotApi } from '../../tests/support/telegram/bot-api.ts';
import { botConfig } from '../../tests/support/telegram/people.ts';
import { coverageText } from './coverage.ts';
import { coverageOf, startRun } from './desk-run.ts';
import { findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { checkTelling } from './telegram/check-telling.ts';
import { playPeople, playTrouble } from './telegram/play.ts';
import { printTranscript } from './telegram/transcript.ts';

const PAIRS = '[BTC/USDT, ETH/USDT, SOL/USDT]';
/** The chat of the person who watches; nobody writes in it, so all that comes is told by the desk. */
const WATCHER = 14;
// The backlog of a burst leaves at one message a second.
const DRAIN_WITHIN_MS = 300_000;

export async function run(args: readonly string[]): Promise<boolean> {
  const { seed, minutes = 3 } = itemFlags(args);
  const report = findings(`Telegram beside a desk in shadow, ${minutes} min, seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-telegram-'));
  // Down at the start, as after a power cut that took the line with it.
  await using api = await startBotApi({ isDown: true });
  const file = join(folder, 'telegram.json');
  writeFileSync(file, JSON.stringify(configFor(botConfig(api, { confirm_seconds: 5 }))));
  try {
    const flags = ['--timeframe', '1s', '--seed', String(seed), '--config', file];
    const deskRun = await startRun({
      folder,
      args: flags,
      env: { NIGHTDESK__PRACTICE__PAIRS: PAIRS },
    });
    await using desk = deskRun.desk;
    await api.up();
    const endMs = Date.now() + minutes * 60_000;
    const stop = new AbortController();
    const trouble = playTrouble({ desk, api, endMs, report, signal: stop.signal });
    try {
      await playPeople({ desk, api, report });
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await trouble;
    }
    const coverage = await coverageOf(deskRun);
    report.check(
      'every closed candle is decided meanwhile',
      coverage.fraction === 1,
      coverageText(coverage),
    );
    api.heal();
    await desk.command(['pause', '--reason', 'the acceptance ends']);
    await untilQuiet(() => api.messages.length);
    await checkTelling({ desk, api, chatId: WATCHER, report });
    await desk.command(['stop']);
    printTranscript(api, WATCHER);
    return report.print();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configFor(telegram: ReturnType<typeof botConfig>): unknown {
  return {
    notifier: {
      telegram: { ...telegram, chats: [...telegram.chats, WATCHER] },
      // Each event on its own, so that they can be counted.
      gather_seconds: 0,
      events: { fill: 'on' },
      repeat: { times_max: 0 },
    },
    risk_limits: { risk_state_age_max_ms: null, losses_in_row_max: 1_000 },
  };
}

/** Until nothing new has come for some seconds. */
async function untilQuiet(count: () => number): Promise<void> {
  let last = count();
  let sinceMs = Date.now();
  await eventually(
    () => {
      if (count() !== last) {
        last = count();
        sinceMs = Date.now();
      }
      return Date.now() - sinceMs > 8_000;
    },
    { withinMs: DRAIN_WITHIN_MS, what: 'everything that waits is told' },
  );
}
