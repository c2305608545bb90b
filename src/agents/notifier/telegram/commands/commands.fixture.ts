/** Commands over a desk that is written down: fixed numbers, fixed time. */
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import { calendar } from '#core/portfolio/calendar.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import type { AccountFigures, RoundTrip } from '#ledger/records.ts';
import type { PromotionFacts } from '#promotion/promotion-subject.ts';
import { PromotionConfig } from '#core/promotion/config.ts';
import type { TelegramUser } from '../config.ts';
import type { DeskView } from '../desk-view.ts';
import { zoneText } from '../text/zone-text.ts';
import { type Answer, AskedWrongly, type CommandPorts } from './command.ts';
import { allCommands } from './registry.ts';

export const NOW = Date.parse('2026-11-25T14:03:09Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const text = (value: string) => value as DecimalText;
export const BTC = 'BTC/USDT' as Pair;
export const ETH = 'ETH/USDT' as Pair;

export const POSITION: Position = {
  account: 'shadow',
  pair: BTC,
  qty: text('0.0152'),
  averagePrice: text('65582.787984835229'),
  costQuote: text('996.858377369495'),
  realisedQuote: text('0'),
  feesQuote: text('1'),
  stopPrice: text('64000'),
  targetPrice: text('69000'),
  openedMs: NOW - 2 * HOUR - 5 * 60_000,
  updatedMs: NOW,
};

export function closedTrade(id: number, changed: Partial<RoundTrip> = {}): RoundTrip {
  return {
    id,
    account: 'shadow',
    pair: BTC,
    openedMs: NOW - id * DAY - HOUR,
    closedMs: NOW - id * DAY,
    boughtQty: text('0.01'),
    boughtQuote: text('500'),
    soldQty: text('0.01'),
    soldQuote: text('503'),
    feesQuote: text('1'),
    profitQuote: text('2.5'),
    ...changed,
  };
}

const INSTRUMENT = {
  pair: BTC,
  status: 'trading',
  tickSize: text('0.01'),
  stepSize: text('0.00001'),
} as Instrument;

export const QUOTE = { pair: BTC, bid: text('66000.1'), ask: text('66000.2') } as Quote;

export const READER = {
  roundTrips: ({ limit, sinceMs = 0, pair }) =>
    Promise.resolve({
      rows: [
        closedTrade(0, { profitQuote: text('-1.2') }),
        closedTrade(1),
        closedTrade(1, { pair: ETH, profitQuote: text('10.25') }),
        closedTrade(9),
      ]
        .filter((trade) => trade.closedMs >= sinceMs && (pair ?? trade.pair) === trade.pair)
        .slice(0, limit),
    }),
  equity: () => Promise.resolve([]),
  orders: () => Promise.resolve({ rows: [] }),
  intents: () => Promise.resolve({ rows: [] }),
  accounts: () =>
    Promise.resolve([
      {
        account: 'shadow',
        dayStartEquityQuote: text('10024.84'),
        lossesInRow: 1,
      } as AccountFigures,
    ]),
  balances: () =>
    Promise.resolve([
      { account: 'shadow', kind: 'free', asset: 'USDT', amount: text('9000.123') },
      { account: 'shadow', kind: 'free', asset: 'BTC', amount: text('0.0152') },
      { account: 'shadow', kind: 'external', asset: 'USDT', amount: text('-10000') },
    ]),
  reconciliation: () => Promise.resolve(undefined),
  promotions: () => Promise.resolve([]),
  runs: () => Promise.resolve([]),
  closedTrades: () => Promise.resolve(3),
  conformance: () => Promise.resolve(undefined),
} satisfies Partial<LedgerReader> as unknown as LedgerReader;

export function writtenDesk(changed: Partial<DeskView> = {}): DeskView {
  return {
    account: 'shadow',
    quoteAsset: 'USDT',
    now: () =>
      Promise.resolve({
        status: {
          pid: 1,
          sinceMs: NOW - 3 * HOUR,
          mode: 'shadow',
          exchange: 'practice',
          state: 'running',
          healthScore: 97.4,
          agents: [],
          facts: {},
        },
        agents: [
          {
            agent: 'execution',
            instance: 'execution',
            state: 'degraded',
            healthScore: 60,
            restarts: 2,
            lastVerdict: 'exit SIGKILL',
            startedMs: NOW - 90_000,
            pssBytes: 52_428_800,
            loopDelayMs: 3.4,
            checks: [
              { name: 'lease', isOk: false, detail: 'old' },
              { name: 'ledger', isOk: true, detail: 'fine' },
            ],
            host: 'h',
          },
        ],
      }),
    read: (run) => run(READER),
    figures: () =>
      Promise.resolve({
        atMs: NOW,
        isLive: true,
        equityQuote: text('10012.34'),
        cashQuote: text('9000.123'),
        heldQuote: text('0'),
        positionsQuote: text('1003.2'),
        dayPnlQuote: text('-12.5'),
        capitalQuote: text('10000'),
        feesQuote: text('4'),
        drawdownFraction: 0.0123,
        exposureFraction: 0.1,
        stalePairs: [],
      }),
    positions: () => Promise.resolve([POSITION]),
    halts: () => Promise.resolve([]),
    instruments: () => Promise.resolve(new Map([[BTC, INSTRUMENT]])),
    feeds: () =>
      Promise.resolve(
        new Map([
          [
            BTC,
            {
              pair: BTC,
              state: 'live',
              freshMs: NOW - 1_000,
              lastCloseMs: 0,
              lastTradeId: 0,
              atMs: NOW,
            } as const,
          ],
        ]),
      ),
    quotes: () => Promise.resolve(new Map([[BTC, QUOTE]])),
    ...changed,
  };
}

const FACTS: PromotionFacts = {
  mode: 'shadow',
  decisionHash: 'ab'.repeat(32),
  venue: 'practice',
  tape: 'live',
  timeframe: '1m',
  config: PromotionConfig.parse({}),
};

export interface Written {
  readonly desk?: Partial<DeskView>;
  readonly ports?: Partial<CommandPorts>;
  readonly role?: TelegramUser['role'];
}

/** The answer to a line, as lines of text. */
export async function asked(line: string, written: Written = {}): Promise<Answer> {
  const [name = '', ...args] = line.slice(1).split(' ');
  const command = allCommands(() => FACTS).find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const ports: CommandPorts = {
    desk: writtenDesk(written.desk),
    zone: zoneText('UTC'),
    calendar: calendar('UTC'),
    shownConfig: {
      mode: 'shadow',
      timeframe: '1m',
      risk_limits: { risk_fraction: 0.001 },
      redis: { url: null, limit_ms: 2_000 },
    },
    ask: () => Promise.resolve(undefined),
    history: () => undefined,
    hooks: { mute: () => undefined, mutedUntilMs: () => undefined, acknowledge: () => false },
    logFolder: '/nowhere',
    redact: (raw) => raw,
    version: '1.2.3',
    ...written.ports,
  };
  const user = { id: 1, name: 'alice', role: written.role ?? 'admin' };
  try {
    return await command.run(ports, { args, user, chatId: 11, nowMs: NOW });
  } catch (error) {
    if (error instanceof AskedWrongly)
      return { kind: 'text', lines: [{ look: 'plain', text: error.message }] };
    throw error;
  }
}

export async function textOf(line: string, written: Written = {}): Promise<string> {
  const answer = await asked(line, written);
  return answer.kind === 'act'
    ? JSON.stringify(answer.wish)
    : answer.lines.map(({ text: row }) => row).join('\n');
}
