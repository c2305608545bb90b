/** A bought text, sent fifty times by as many accounts, each time disguised otherwise. */
import { beforeEach, expect, test } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import { createCoinScorer } from '../aspect.ts';
import { createCoinFinder } from '../coin-finder.ts';
import { foldText } from '../fold.ts';
import { createScorer } from '../scorer.ts';
import { createTextGuard } from './text-guard.ts';

const NOW = 1_800_000_000_000;
const BOUGHT =
  'DOGE is the next big gem, buy now before it is too late, huge news is coming this week and whales load up';
const scorer = createCoinScorer({ scorer: createScorer(), finder: createCoinFinder() });
let random = seededRandom(7);
beforeEach(() => {
  random = seededRandom(7);
});

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)] as T;
}

function sometimes(text: string, pattern: RegExp, change: (part: string) => string): string {
  return text.replace(pattern, (part) => (random.next() < 0.25 ? change(part) : part));
}

const COINS = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'LTC', 'XMR', 'TRX', 'BNB', 'XLM'];
const LOOK_ALIKES: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с' };
const DISGUISES: readonly (readonly [string, (text: string) => string])[] = [
  ['nothing', (text) => text],
  ['invisible signs', (text) => sometimes(text, /\w/g, (letter) => `${letter}\u200b`)],
  ['Cyrillic letters', (text) => sometimes(text, /[aeopc]/g, (one) => LOOK_ALIKES[one] ?? one)],
  ['accents', (text) => sometimes(text, /[aeou]/g, (letter) => `${letter}\u0301`)],
  ['other coins', (text) => `${text} $${pick(COINS)} $${pick(COINS)}`],
  ['emoji', (text) => sometimes(text, /\w+/g, (word) => `${word} ${pick(['🚀', '🔥', '💎'])}`)],
  ['figures', (text) => `${text} ${Math.floor(1_000 * random.next())}x`],
  ['another opening', (text) => `${pick(['gm frens', 'listen up', 'mark my words'])} ${text}`],
  ['another order', (text) => pick([text, text.split(', ').toReversed().join(', ')])],
  ['a link', (text) => `${text} https://t.me/${Math.floor(1e6 * random.next())}`],
  ['typing mistakes', (text) => sometimes(text, /\w{4,}/g, (word) => word.slice(1))],
];

test.each(DISGUISES)('counts next to nothing behind %s', (_, disguise) => {
  const guard = createTextGuard();
  const counting = new Set<number>();
  for (let k = 0; k < 50; k += 1) {
    const text = foldText(disguise(BOUGHT));
    const verdict = guard.judge(
      { kind: 'text', source: 'reddit', id: `${k}`, atMs: NOW, text, author: `a${k}` },
      () => scorer.scorePerCoin(text).map(({ coin }) => coin),
      NOW,
    );
    if (verdict.kind === 'counts') counting.add(verdict.story);
  }
  for (const story of guard.takeCampaigns()) counting.delete(story);

  expect(counting.size).toBeLessThanOrEqual(5);
});
