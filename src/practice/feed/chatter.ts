/**
 * What the practice world writes about its coins. Each minute has its own random numbers and looks at
 * how far each coin has moved in the quarter of an hour before, so the same minute of the same market
 * has the same texts, whoever asks and whenever. The texts follow the price and do not lead it; one
 * in four has it wrong. Beside honest ones there are bursts of near-equal posts by new accounts,
 * stories that come by both feeds, words that look like tickers, and other languages.
 */
import { seededRandom } from '#platform/random.ts';
import type { Random } from '#platform/random.ts';
import { AMBIGUOUS, FOREIGN, NAMES, NEWS, POSTS, SPAM } from './phrases.ts';
import type { Tone } from './phrases.ts';

const MINUTE_MS = 60_000;
/** Of the move that is written about. */
export const LOOK_BACK_MS = 15 * MINUTE_MS;
/** Who asks after a long while gets the last hour. */
const MINUTES_MAX = 60;
const KEPT = 200;

const CHANCE = {
  news: 0.5,
  secondNews: 0.2,
  post: 0.8,
  spam: 0.03,
  ambiguous: 0.08,
  foreign: 0.06,
};
const RIGHT = 0.75;
const SPAM_POSTS = 12;
/** A move this large is something to write about. */
const MOVE_MIN = 0.004;

export interface Written {
  readonly id: string;
  readonly atMs: number;
  readonly title: string;
  readonly author: string;
  readonly authorSinceMs: number;
  readonly score: number;
  readonly comments: number;
}

export interface ChatterPorts {
  readonly seed: number;
  readonly coins: readonly string[];
  readonly now: () => number;
  /** Price of a coin at a time; undefined when nothing is known of it. */
  readonly priceAt: (base: string, atMs: number) => number | undefined;
}

export interface Chatter {
  news(): readonly Written[];
  posts(): readonly Written[];
  /** 0 fear to 100 greed: the moves of all coins together. */
  mood(): number;
}

export function createChatter(ports: ChatterPorts): Chatter {
  const news: Written[] = [];
  const posts: Written[] = [];
  let nextMinute = 0;

  function catchUp(): void {
    const minute = Math.floor(ports.now() / MINUTE_MS);
    nextMinute = Math.max(nextMinute, minute - MINUTES_MAX);
    for (; nextMinute < minute; nextMinute += 1) {
      const written = writeMinute(ports, nextMinute);
      news.push(...written.news);
      posts.push(...written.posts);
    }
    news.splice(0, Math.max(0, news.length - KEPT));
    posts.splice(0, Math.max(0, posts.length - KEPT));
  }

  return {
    news: () => {
      catchUp();
      return news;
    },
    posts: () => {
      catchUp();
      return posts;
    },
    mood: () => {
      const moves = ports.coins.map((base) => moveOf(ports, base, ports.now()));
      const mean = moves.reduce((sum, move) => sum + move, 0) / Math.max(1, moves.length);
      return Math.round(100 / (1 + Math.exp(-mean / 0.01)));
    },
  };
}

function writeMinute(ports: ChatterPorts, minute: number): { news: Written[]; posts: Written[] } {
  const random = seededRandom(`${ports.seed}/feed/${minute}`);
  const atMs = minute * MINUTE_MS;
  const news: Written[] = [];
  const posts: Written[] = [];
  const write = (list: Written[], title: string, isNew = false): void =>
    void list.push(written({ random, atMs, title, isNew, number: news.length + posts.length }));
  for (const chance of [CHANCE.news, CHANCE.secondNews]) {
    if (random.next() >= chance) continue;
    const title = aboutACoin(ports, { random, atMs, phrases: NEWS });
    write(news, title);
    // The same story by both feeds.
    if (random.next() < 0.4) write(posts, title);
  }
  for (let k = 0; k < 3; k += 1) {
    if (random.next() < CHANCE.post)
      write(posts, aboutACoin(ports, { random, atMs, phrases: POSTS }));
  }
  if (random.next() < CHANCE.ambiguous) write(posts, pick(AMBIGUOUS, random));
  if (random.next() < CHANCE.foreign) write(posts, pick(FOREIGN, random));
  if (random.next() < CHANCE.spam) {
    const base = pick(ports.coins, random);
    for (let k = 0; k < SPAM_POSTS; k += 1) write(posts, filled(pick(SPAM, random), base, 0), true);
  }
  return { news, posts };
}

function aboutACoin(
  ports: ChatterPorts,
  how: {
    readonly random: Random;
    readonly atMs: number;
    readonly phrases: Readonly<Record<Tone, readonly string[]>>;
  },
): string {
  const { random, atMs, phrases } = how;
  const base = pick(ports.coins, random);
  const move = moveOf(ports, base, atMs);
  const seen: Tone = Math.abs(move) < MOVE_MIN ? 'flat' : move > 0 ? 'up' : 'down';
  const tone = random.next() < RIGHT ? seen : pick(['up', 'down', 'flat'] as const, random);
  return filled(pick(phrases[tone], random), base, move);
}

function moveOf(ports: ChatterPorts, base: string, atMs: number): number {
  const now = ports.priceAt(base, atMs);
  const before = ports.priceAt(base, atMs - LOOK_BACK_MS);
  return now === undefined || before === undefined || before <= 0 ? 0 : now / before - 1;
}

function filled(phrase: string, base: string, move: number): string {
  return phrase
    .replaceAll('{name}', NAMES[base] ?? base)
    .replaceAll('{ticker}', base)
    .replaceAll('{move}', `${Math.max(1, Math.round(Math.abs(move) * 100))}%`);
}

function written(given: {
  readonly random: Random;
  readonly atMs: number;
  readonly title: string;
  readonly isNew: boolean;
  readonly number: number;
}): Written {
  const { random, atMs, title, isNew, number } = given;
  const place = atMs + random.int(MINUTE_MS);
  const days = isNew ? random.int(2) : 60 + random.int(2_000);
  return {
    id: `${(atMs / MINUTE_MS).toString(36)}${number.toString(36)}`,
    atMs: place,
    title,
    author: `${isNew ? 'fresh' : 'trader'}_${random.int(isNew ? 90_000 : 400)}`,
    authorSinceMs: place - days * 86_400_000,
    score: isNew ? 1 : random.int(300),
    comments: isNew ? 0 : random.int(80),
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[random.int(list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}
