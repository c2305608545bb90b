import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt } from '#core/model/halt.ts';
import { WIDTH } from '../text/figures.ts';
import { asked, closedTrade, NOW, READER, textOf, type Written } from './commands.fixture.ts';

const HALT: Halt = {
  kind: 'paused',
  sinceMs: NOW - 60_000,
  reason: 'lunch',
  liftedBy: 'you resume',
};
const halted: Written = { desk: { halts: () => Promise.resolve([HALT]) } };

describe('questions', () => {
  it('/status', async () => {
    expect(await textOf('/status')).toMatchInlineSnapshot(`
      "SHADOW on practice, running
      health                      97/100
      up                            3h00
      equity USDT              10,012.34
      today                       -12.50
      drawdown                     1.23%
      exposure                    10.00%
      positions                        1"
    `);
  });

  it('/positions', async () => {
    expect(await textOf('/positions')).toMatchInlineSnapshot(`
      "BTC/USDT
      quantity                   0.01520
      bought at                 65582.79
      bid                       66000.10
      value                     1,003.20
      profit               +6.34 (0.64%)
      stop                      64000.00
      target                    69000.00
      held                          2h05
      open profit +6.34 USDT"
    `);
  });

  it('/order', async () => {
    expect(await textOf('/order')).toMatchInlineSnapshot(`"no order is open"`);
  });

  it('/trades', async () => {
    expect(await textOf('/trades')).toMatchInlineSnapshot(`
      "last 4 closed trades, USDT
      closed      base profit     %
      11-25 14:03  BTC  -1.20 -0.24
      11-24 14:03  BTC  +2.50  0.50
      11-24 14:03  ETH +10.25  2.05
      11-16 14:03  BTC  +2.50  0.50
      held 1h00 on average"
    `);
  });

  it('/trades 5 eth', async () => {
    expect(await textOf('/trades 5 eth')).toMatchInlineSnapshot(
      `"eth is no pair of this desk; did you mean BTC/USDT?"`,
    );
  });

  it('/profit', async () => {
    expect(await textOf('/profit')).toMatchInlineSnapshot(`
      "profit since the start
      closed trades                    4
      won / lost                   3 / 1
      profit USDT                 +14.05
      of the capital               0.14%
      open profit                  -1.71
      equity                   10,012.34
      best               ETH/USDT +10.25
      worst               BTC/USDT -1.20"
    `);
  });

  it('/profit 3', async () => {
    expect(await textOf('/profit 3')).toMatchInlineSnapshot(`
      "profit of 3 days
      closed trades                    3
      won / lost                   2 / 1
      profit USDT                 +11.55
      of the capital               0.12%
      best               ETH/USDT +10.25
      worst               BTC/USDT -1.20"
    `);
  });

  it('/daily 3', async () => {
    expect(await textOf('/daily 3')).toMatchInlineSnapshot(`
      "profit by day, USDT
      day        profit trades  won
      2026-11-25  -1.20      1   0%
      2026-11-24 +12.75      2 100%
      2026-11-23   0.00      0    -"
    `);
  });

  it('/weekly 2', async () => {
    expect(await textOf('/weekly 2')).toMatchInlineSnapshot(`
      "profit by week, USDT
      week       profit trades  won
      2026-11-23 +11.55      3  67%
      2026-11-16  +2.50      1 100%"
    `);
  });

  it('/monthly 2', async () => {
    expect(await textOf('/monthly 2')).toMatchInlineSnapshot(`
      "profit by month, USDT
      month      profit trades won
      2026-11-01 +14.05      4 75%
      2026-10-01   0.00      0   -"
    `);
  });

  it('/performance', async () => {
    expect(await textOf('/performance')).toMatchInlineSnapshot(`
      "profit by pair, USDT
      pair     profit trades  won
      ETH/USDT +10.25      1 100%
      BTC/USDT  +3.80      3  67%"
    `);
  });

  it('/stats', async () => {
    expect(await textOf('/stats')).toMatchInlineSnapshot(`
      "statistics
      return                           -
      trades                           4
      win rate                       75%
      profit factor                12.71
      expectancy                   +3.51
      mean win                     +5.08
      mean loss                    -1.20
      wins in a row                    3
      losses in a row                  1
      held                          1h00
      held when won                 1h00
      held when lost                1h00
      Sharpe, yearly                   -
      Sortino, yearly                  -
      deepest drawdown                 -
      mean exposure                    -
      fees                          4.00"
    `);
  });

  it('/balance', async () => {
    expect(await textOf('/balance')).toMatchInlineSnapshot(`
      "account shadow, USDT
      equity                   10,012.34
      since the start             +12.34
      cash                      9,000.12
      held by orders                0.00
      positions                 1,003.20
      fees paid                     4.00
      by asset
      USDT free 9000.123
      BTC  free   0.0152"
    `);
  });

  it('/count', async () => {
    expect(await textOf('/count')).toMatchInlineSnapshot(`
      "positions                  1 of 10
      open orders                      0"
    `);
  });

  it('/risk', async () => {
    expect(await textOf('/risk')).toMatchInlineSnapshot(`
      "risk
                         now  limit
      exposure        10.00% 95.00%
      drawdown         1.23% 10.00%
      loss today       0.12%  5.00%
      losses in a row      1      5
      positions            1     10
      risk of a trade         0.10%
      one pair                5.00%
      no halt: entries are taken"
    `);
  });

  it('/whitelist', async () => {
    expect(await textOf('/whitelist')).toMatchInlineSnapshot(`
      "1 pair traded
      BTC/USDT live 1s"
    `);
  });

  it('/blacklist', async () => {
    expect(await textOf('/blacklist')).toMatchInlineSnapshot(`
      "what is not bought now
      nothing: every pair may be bought"
    `);
  });

  it('/health', async () => {
    expect(await textOf('/health')).toMatchInlineSnapshot(`
      "health 97/100
      execution 60 degraded
      execution: lease, old"
    `);
  });

  it('/agents', async () => {
    expect(await textOf('/agents')).toMatchInlineSnapshot(`
      "execution: degraded
      up                              1m
      memory                       50 MB
      restarts                         2
      loop                          3 ms
      last end              exit SIGKILL"
    `);
  });

  it('/config', async () => {
    expect(await textOf('/config')).toMatchInlineSnapshot(`
      "config
      mode                        shadow
      timeframe                       1m
      /config SECTION: risk_limits, redis"
    `);
  });

  it('/config redis', async () => {
    expect(await textOf('/config redis')).toMatchInlineSnapshot(`
      "redis
      url = null
      limit_ms = 2000"
    `);
  });

  it('/promote status', async () => {
    expect(await textOf('/promote status')).toMatchInlineSnapshot(`
      "practice 1m: this desk was never promoted on this venue
      mode                        shadow
      decision                  abababab
      live hours               0.0 of 24
      closed trades              3 of 20
      conformance              never run
      the whole checklist: nightdesk promote status"
    `);
  });
});

describe('what would be done', () => {
  it('/close btc', async () => {
    expect(await textOf('/close btc')).toMatchInlineSnapshot(`
      "sell at the market?
      BTC/USDT                   0.01520
        brings about            1,003.20
        profit                     +6.34
      1 position, about 1,003.20 USDT, shadow"
    `);
  });

  it('/flatten', async () => {
    expect(await textOf('/flatten')).toMatchInlineSnapshot(`
      "sell everything and take nothing new until /resume?
      BTC/USDT                   0.01520
        brings about            1,003.20
        profit                     +6.34
      1 position, about 1,003.20 USDT, shadow"
    `);
  });

  it('/killswitch', async () => {
    expect(await textOf('/killswitch')).toMatchInlineSnapshot(`
      "emergency: sell everything and stay down until /resume?
      BTC/USDT                   0.01520
        brings about            1,003.20
        profit                     +6.34
      1 position, about 1,003.20 USDT, shadow"
    `);
  });

  it('/order btc sell 50%', async () => {
    expect(await textOf('/order btc sell 50%')).toMatchInlineSnapshot(`
      "sell BTC/USDT by hand?
      bid                       66000.10
      held                       0.01520
      share to sell               50.00%
      the gate sizes it, and may refuse it"
    `);
  });

  it('/order btc buy stop 2% risk 0.1%', async () => {
    expect(await textOf('/order btc buy stop 2% risk 0.1%')).toMatchInlineSnapshot(`
      "buy BTC/USDT by hand?
      ask                       66000.20
      stop below                   2.00%
      target above             by config
      risk of equity               0.10%
      the gate sizes it, and may refuse it"
    `);
  });
});

describe('an answer', () => {
  it.each([
    '/status',
    '/positions',
    '/trades 50',
    '/profit',
    '/daily',
    '/weekly',
    '/monthly',
    '/performance',
    '/stats',
    '/balance',
    '/count',
    '/risk',
    '/whitelist',
    '/health',
    '/agents',
    '/version',
    '/promote status',
    '/close all',
    '/order btc buy',
  ])('to %s fits a phone', async (line) => {
    const answer = await asked(line);
    if (answer.kind === 'act') throw new Error('it acts');

    const tooWide = answer.lines.filter(
      ({ look, text }) => look === 'fixed' && text.length > WIDTH,
    );

    expect(tooWide).toEqual([]);
  });

  it('of a halted desk says what lifts it', async () => {
    expect(await textOf('/status', halted)).toContain(
      '⛔ halted: paused\nlunch (since 11-25 14:02; until you resume)',
    );
    expect(await textOf('/blacklist', halted)).toContain('everything: halt paused, lunch');
    expect(await textOf('/resume', halted)).toContain('take new positions again?');
    expect(await textOf('/resume')).toBe('nothing is halted');
  });

  it('without Redis says of when its figures are, and that no bid is known', async () => {
    const figures = {
      atMs: NOW - 120_000,
      isLive: false,
      equityQuote: '1' as DecimalText,
      cashQuote: '1' as DecimalText,
      heldQuote: '0' as DecimalText,
      positionsQuote: '0' as DecimalText,
      dayPnlQuote: '0' as DecimalText,
      capitalQuote: '1' as DecimalText,
      feesQuote: '0' as DecimalText,
      drawdownFraction: 0,
      exposureFraction: 0,
      stalePairs: [],
    };
    const away: Written = {
      desk: {
        figures: () => Promise.resolve(figures),
        feeds: () => Promise.resolve(undefined),
        quotes: () => Promise.resolve(new Map()),
        instruments: () => Promise.resolve(new Map()),
      },
    };

    expect(await textOf('/status', away)).toContain('figures as of 11-25 14:01');
    expect(await textOf('/positions', away)).toContain('where no bid is known');
    expect(await textOf('/flatten', away)).toContain('about 996.86 USDT');
    expect(await textOf('/health', away)).toContain('redis is away');
    expect(await textOf('/whitelist', away)).toBe('not known: redis is away');
  });

  it('without a desk says that it does not answer', async () => {
    const gone: Written = { desk: { now: () => Promise.resolve(undefined) } };

    expect(await textOf('/status', gone)).toContain('the desk does not answer');
    expect(await textOf('/health', gone)).toBe('the desk does not answer');
  });

  it('with nothing to show says so', async () => {
    const empty: Written = {
      desk: {
        positions: () => Promise.resolve([]),
        read: (run) => run({ ...READER, roundTrips: () => Promise.resolve({ rows: [] }) }),
      },
    };

    expect(await textOf('/positions', empty)).toBe('no position is open');
    expect(await textOf('/trades', empty)).toBe('no trade was closed yet');
    expect(await textOf('/performance', empty)).toBe('no trade was closed yet');
    expect(await textOf('/close all', empty)).toBe('nothing of any pair is held');
    expect(await textOf('/flatten', empty)).toContain('0 positions');
    expect(await textOf('/why BTC', empty)).toBe('no decision was recorded yet');
    expect(closedTrade(1).id).toBe(1);
  });
});

describe('a wrong word', () => {
  it.each([
    ['/close', 'which pair? /close BTC/USDT or /close all'],
    ['/close bct', 'bct is no pair of this desk; did you mean BTC/USDT?'],
    ['/close x;y', 'x;y is no pair of this desk'],
    ['/trades 0', '0 is no number from 1 to 50'],
    ['/mute', 'for how long? /mute 2h'],
    ['/mute 0h', '0h is no time: write 30m, 2h or 1d'],
    ['/mute 8d', 'seven days at most'],
    ['/order btc hold', 'hold is neither buy nor sell'],
    ['/order btc sell 150%', 'share 150%: expected a share up to 100%, such as 2% or 0.02'],
    ['/order btc sell 10% now', 'what is "now" after the share?'],
    ['/order btc buy stop', 'expected stop VALUE, target VALUE, risk VALUE, found stop'],
    [
      '/order btc buy stop 2% stop 3%',
      'expected stop VALUE, target VALUE, risk VALUE, found stop 3%',
    ],
    ['/order btc buy stop -2%', 'stop -2%: expected a share up to 99%, such as 2% or 0.02'],
    ['/order abc123', 'there is no order abc123'],
    ['/promote', 'only /promote status: promoting is done on the machine itself'],
    ['/why', 'why what? The id of an order, intent or evaluation, or a pair'],
    ['/logs nobody', 'no log of nobody; there are none'],
    ['/config nothing', 'there is no section nothing; there are risk_limits, redis'],
  ])('%s', async (line, expected) => {
    expect(await textOf(line)).toBe(expected);
  });

  it('an order of a viewer', async () => {
    expect(await textOf('/order btc buy', { role: 'viewer' })).toBe(
      'an order needs the role trader',
    );
  });
});

describe('what is wished', () => {
  it.each([
    ['/pause  going out', [{ kind: 'pause', reason: ' going out' }]],
    ['/close all', [{ kind: 'close', pair: 'BTC/USDT', reason: '/close all' }]],
    ['/flatten now', [{ kind: 'flatten', reason: 'now' }]],
    ['/killswitch', [{ kind: 'kill-switch', reason: '' }]],
    [
      '/order btc buy target 4% stop 0.02',
      [
        {
          kind: 'order',
          reason: '/order',
          order: {
            side: 'buy',
            pair: 'BTC/USDT',
            stopDistanceFraction: 0.02,
            targetDistanceFraction: 0.04,
          },
        },
      ],
    ],
    [
      '/order BTC/USDT sell 25%',
      [
        {
          kind: 'order',
          reason: '/order',
          order: { side: 'sell', pair: 'BTC/USDT', share: 0.25 },
        },
      ],
    ],
  ])('%s', async (line, commands) => {
    const answer = await asked(line);

    expect(answer.kind === 'text' ? undefined : answer.wish).toEqual({
      kind: 'commands',
      commands,
    });
  });
});
