import { describe, expect, test } from 'vitest';
import { CoinSentiment, CoinTexts, SourceStanding } from '#core/model/sentiment.ts';
import { coinLines, overviewLines } from './render.ts';

const NOW = 1_800_000_000_000;
const mood = (coin: string, mentions: number, score = 0.314): CoinSentiment =>
  CoinSentiment.parse({
    coin,
    score,
    confidence: 0.72,
    mentions,
    atMs: NOW - 4_000,
    sources: [{ source: 'news', score: 0.4, mentions }],
    themes: [{ theme: 'regulation', score: -0.52, mentions: mentions / 2 }],
  });
const news = SourceStanding.parse({
  source: 'news',
  health: 'failing',
  problem: 'the source did not answer\u001b[2J',
  weight: 1,
  reputation: 1.084,
  intervalMs: 120_000,
  lastReadMs: NOW - 300_000,
  readings: 41,
  atMs: NOW,
});

describe('sentiment on a terminal', () => {
  test('shows the coins most written about first, then the sources', () => {
    const moods = [mood('ETH', 3, -0.001), { ...mood('BTC', 14.2), changeDay: -0.25 }];

    expect(overviewLines({ moods, sources: [news] }, NOW)).toEqual([
      'coin   mood    day  sure  texts  age  sources',
      'BTC   +0.31  -0.25  72 %   14.2  4 s  news',
      'ETH    0.00      -  72 %    3.0  4 s  news',
      '',
      'source  health   weight  record       read  gave  problem',
      'news    failing    1.00    1.08  5 min ago    41  the source did not answer [2J',
    ]);
  });

  test('says that nothing is known', () => {
    expect(overviewLines({ moods: [], sources: [] }, NOW)).toEqual([
      'nobody has written about a coin lately',
      '',
      'no source is enabled: sentiment_agent.sources',
    ]);
  });

  test('shows a coin with its texts, which cannot touch the terminal', () => {
    const { texts } = CoinTexts.parse({
      coin: 'BTC',
      texts: [
        {
          source: 'reddit',
          atMs: NOW - 60_000,
          text: `Bitcoin\u001b[31m surges\n${'up '.repeat(80)}`,
          score: 0.84,
          confidence: 0.5,
          reasons: ['surges\u0007'],
        },
      ],
    });

    const lines = coinLines(mood('BTC', 2), texts, NOW);

    expect(lines[0]).toBe('BTC  +0.31, 72 % sure, 2.0 texts, 4 s old');
    expect(lines).toContain('news    +0.40    2.0');
    expect(lines).toContain('regulation  -0.52    1.0');
    expect(lines.at(-2)).toMatch(/^60 s ago, reddit: Bitcoin \[31m surges up .*…$/);
    expect(lines.at(-1)).toBe('  +0.84, 50 % sure: "surges"');
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });
});
