import { describe, expect, it } from 'vitest';
import type { AccountSummary } from '#core/model/account.ts';
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import { renderStatus } from './render.ts';
import type { StatusSnapshot } from './snapshot.ts';

const NOW = 1_700_000_100_000;

const snapshot = {
  atMs: NOW,
  mode: 'shadow',
  venue: 'practice',
  timeframe: '1m',
  pid: 42,
  startedMs: NOW - 90_000,
  systemHealth: 97.4,
  apiUrl: 'http://127.0.0.1:8000',
  agents: [
    {
      instance: 'execution',
      state: 'ready',
      healthScore: 60,
      restarts: 2,
      beatMs: NOW - 1_000,
      lastVerdict: 'exit SIGKILL',
      checks: [{ name: 'lease', isOk: false, detail: 'old' }],
    } as unknown as AgentStatus,
  ],
  account: {
    quoteAsset: 'USDT',
    equityQuote: '10100',
    startEquityQuote: '10000',
    dayPnlQuote: '-12.5',
    cashQuote: '9000',
    heldQuote: '0',
    feesQuote: '3',
    exposureFraction: 0.1,
    drawdownFraction: 0.02,
    halts: [{ kind: 'paused', reason: 'lunch', liftedBy: 'the operator resumes', sinceMs: NOW }],
    stalePairs: [],
  } as unknown as AccountSummary,
  positions: [
    {
      pair: 'BTC/USDT' as Pair,
      qty: '0.01',
      averagePrice: '65582.787984835229',
      openedMs: NOW - 5_000,
    } as Position,
  ],
  feeds: [],
  decisions: [
    { pair: 'BTC/USDT', closeMs: NOW, action: 'buy', confidence: 0.8, rationale: 'x'.repeat(500) },
  ],
  missing: ['the API is silent'],
} satisfies StatusSnapshot;

describe('renderStatus', () => {
  it('shows mode, health, equity, halts, agents and what is missing', () => {
    const text = renderStatus(snapshot, 120).join('\n');

    expect(text).toContain('SHADOW');
    expect(text).toContain('health 97/100');
    expect(text).toContain('10,100.00 USDT  (1.00 % since start, -12.50 today)');
    expect(text).toContain('HALTED      paused: lunch; until the operator resumes');
    expect(text).toContain('lease: old; last end: exit SIGKILL');
    expect(text).toContain('! the API is silent');
  });

  it('shows a halt to its last word', () => {
    const reason =
      `BNB: expected 5, found 3.75. ${'Look for it in the history. '.repeat(8)}`.trim();
    const halts = [
      { kind: 'reconciliation' as const, reason, liftedBy: 'you accept it', sinceMs: NOW },
    ];
    const lines = renderStatus(
      { ...snapshot, account: { ...snapshot.account, halts } as AccountSummary },
      80,
    );
    const from = lines.findIndex((line) => line.startsWith('HALTED'));
    const shown = lines.slice(from, lines.indexOf('', from));

    expect(shown.length).toBeGreaterThan(2);
    expect(shown.every((line) => line.length <= 80)).toBe(true);
    expect(shown.map((line) => line.slice(12)).join(' ')).toBe(
      `reconciliation: ${reason}; until you accept it`,
    );
  });

  it('says whether ledger and venue agree where the account is real', () => {
    const shown = (openDifferences: number) => {
      const external = { openDifferences, externalOrders: 2, flows: 1 };
      return renderStatus({ ...snapshot, external }, 120).find((line) =>
        line.startsWith('account'),
      );
    };

    expect(shown(0)).toContain('ledger and venue agree   by hand: 2 orders open, 1 flows');
    expect(shown(3)).toContain('3 differences, see /api/v1/reconciliation');
    expect(renderStatus(snapshot, 120).some((line) => line.startsWith('account'))).toBe(false);
  });

  it('tells what the risk agent says of entries', () => {
    const shown = (risk: object) => {
      const said = { atMs: NOW, level: 'normal', reasons: [], accountScaler: 1, ...risk };
      const lines = renderStatus({ ...snapshot, risk: said }, 120);
      return lines.find((line) => line.startsWith('risk'));
    };

    expect(shown({})).toBe('risk        normal');
    expect(shown({ level: 'warn', accountScaler: 0.5, reasons: ['day-loss 3 %'] })).toBe(
      'risk        warn   entries at 50.00 % of their size   day-loss 3 %',
    );
    expect(shown({ level: 'halt', atMs: NOW - 600_000 })).toBe(
      'risk        halt   no entries   said 10 min ago',
    );
    expect(renderStatus(snapshot, 120).some((line) => line.startsWith('risk'))).toBe(false);
  });

  it('shows every pair and figure on a narrow screen', () => {
    const feeds = ['BTC/USDT', 'DOGE/USDT', 'XRP/USDT'].map((pair) => ({
      pair: pair as Pair,
      state: 'live' as const,
      freshMs: NOW - 1_000,
      lastCloseMs: NOW,
      lastTradeId: 1,
      atMs: NOW,
    }));
    const text = renderStatus({ ...snapshot, feeds, timeframe: '' }, 44);

    expect(text.slice(0, 3)).toEqual([
      'nightdesk  SHADOW  ·  practice',
      'health 97/100  ·  up 90 s  ·  pid 42',
      'http://127.0.0.1:8000',
    ]);
    expect(text).toContain('BTC/USDT   live  1 s   DOGE/USDT  live  1 s');
    expect(text).toContain('XRP/USDT   live  1 s');
    expect(text.join('\n')).toContain('fees 3.00');
  });

  it('shows prices with as many digits as a person reads', () => {
    const row = renderStatus(snapshot, 120).find((line) => line.startsWith('BTC/USDT'));

    expect(row).toMatch(/ 65582\.788 /);
  });

  it('says when a position has no stop', () => {
    expect(renderStatus(snapshot, 120).find((line) => line.startsWith('BTC/USDT'))).toContain(
      'none',
    );
  });

  it('never draws a line wider than the screen', () => {
    expect(renderStatus(snapshot, 80).every((line) => line.length <= 80)).toBe(true);
  });
});
