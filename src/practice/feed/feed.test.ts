import { describe, expect, it } from 'vitest';
import { createChatter, LOOK_BACK_MS } from './chatter.ts';
import { answerFeed } from './feed-routes.ts';

const START = Date.UTC(2026, 0, 7, 12);
const MINUTE = 60_000;

/** A world of three coins: BTC rises, ETH falls, SOL stands still. */
function chatter(options: { seed?: number; now?: () => number } = {}) {
  const slope: Readonly<Record<string, number>> = { BTC: 0.0005, ETH: -0.0005, SOL: 0 };
  return createChatter({
    seed: options.seed ?? 1,
    coins: ['BTC', 'ETH', 'SOL'],
    now: options.now ?? (() => START),
    priceAt: (base, atMs) => 100 * Math.exp(((slope[base] ?? 0) * (atMs - START)) / MINUTE),
  });
}

describe('the chatter of the practice world', () => {
  it('is the same for the same seed, whoever asked in between', () => {
    let nowMs = START;
    const often = chatter({ now: () => nowMs });
    for (let step = 0; step < 30; step += 1) {
      nowMs = START + step * 20_000;
      often.news();
    }
    const once = chatter({ now: () => nowMs });

    const since = (list: readonly { atMs: number }[]) => list.filter(({ atMs }) => atMs >= START);
    expect(since(often.posts())).toEqual(since(once.posts()));
    expect(since(often.news()).length).toBeGreaterThan(0);
    expect(chatter({ seed: 2 }).posts()).not.toEqual(chatter().posts());
  });

  it('goes the way the price went', () => {
    const titles = [...chatter().news(), ...chatter().posts()].map(({ title }) => title);
    const said = (name: RegExp, word: RegExp) =>
      titles.filter((title) => name.test(title) && word.test(title)).length;
    const good = /rall|surge|break|climb|strong|profit|send|cheer|high/i;
    const bad = /plunge|slide|halt|probe|exploit|dump|rekt|ugly|rug/i;

    expect(said(/Bitcoin|BTC/, good)).toBeGreaterThan(2 * said(/Bitcoin|BTC/, bad));
    expect(said(/Ethereum|ETH/, bad)).toBeGreaterThan(2 * said(/Ethereum|ETH/, good));
    expect(LOOK_BACK_MS).toBe(15 * MINUTE);
  });

  it('has spam of new accounts, stories that come twice, and words in other languages', () => {
    const seen = { spam: 0, foreign: 0, twice: 0 };
    for (let seed = 1; seed <= 20; seed += 1) {
      const { news, posts } = { news: chatter({ seed }).news(), posts: chatter({ seed }).posts() };
      const spam = posts.filter(({ title }) => title.includes('100x gem'));
      seen.spam += spam.length;
      for (const { atMs, authorSinceMs } of spam) {
        expect(atMs - authorSinceMs).toBeLessThan(2 * 86_400_000);
      }
      seen.foreign += posts.filter(({ title }) => /Kurse|mercado|comprends/.test(title)).length;
      const stories = new Set(news.map(({ title }) => title));
      seen.twice += posts.filter(({ title }) => stories.has(title)).length;
    }

    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('keeps a bounded number, however long nobody asked', () => {
    let nowMs = START;
    const bounded = chatter({ now: () => nowMs });
    for (let hour = 0; hour < 50; hour += 1) {
      nowMs += 3_600_000;
      expect(bounded.posts().length).toBeLessThanOrEqual(200);
    }
    nowMs += 365 * 86_400_000;
    expect(bounded.news().every(({ atMs }) => nowMs - atMs <= 61 * MINUTE || atMs < nowMs)).toBe(
      true,
    );
  });
});

describe('the feeds', () => {
  it('have the shapes of what they stand for', () => {
    const talk = chatter();
    const rss = answerFeed(talk, 'news.rss', START);
    const listing = answerFeed(talk, 'r/CryptoCurrency/new.json', START);
    const fng = answerFeed(talk, 'fng', START);

    expect(rss?.body).toMatch(
      /^<\?xml .*<rss version="2\.0"><channel>.*<item>.*<\/channel><\/rss>$/,
    );
    const { data } = JSON.parse(listing?.body ?? '') as {
      data: { children: { kind: string; data: { created_utc: number; title: string } }[] };
    };
    expect(data.children.length).toBeGreaterThan(20);
    expect(data.children[0]?.kind).toBe('t3');
    expect(data.children.map(({ data: post }) => post.created_utc)).toEqual(
      data.children.map(({ data: post }) => post.created_utc).toSorted((a, b) => b - a),
    );
    expect(JSON.parse(fng?.body ?? '')).toMatchObject({ data: [{ value: '50' }] });
    expect(answerFeed(talk, 'r/../x', START)).toBeUndefined();
  });
});
