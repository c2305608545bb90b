/**
 * How much a text counts before anybody asks what it says. The same story counts once, whoever tells
 * it; a burst of near-equal texts, accounts of a few days and authors who write all the time count
 * little: a mood can be bought, and this makes it dear. Bounded, and forgets after a day.
 */
import { fingerprint, SAME_STORY_SIMILARITY, similarity } from '../fingerprint.ts';
import type { Fingerprint } from '../fingerprint.ts';
import { languageOf } from '../language.ts';
import type { TextReading } from './reading.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const STORIES_MAX = 2_000;
const IDS_MAX = 20_000;
const AUTHORS_MAX = 2_000;
/** Of ids and names; what is longer is told apart by its beginning. */
const NAME_MAX = 200;
const NEW_ACCOUNT_MS = 7 * DAY_MS;
const NEW_ACCOUNT_WEIGHT = 0.3;
/** The same words so often within an hour are a campaign, from then on and for what came before. */
const BURST = 4;
const AUTHOR_HOUR_MAX = 5;
const LOUD_WEIGHT = 0.2;

export type TextVerdict =
  | { readonly kind: 'counts'; readonly weight: number; readonly story: number }
  | { readonly kind: 'known' | 'story' | 'burst' | 'foreign' | 'old' };

interface Story {
  readonly number: number;
  readonly print: Fingerprint;
  /** Its coins: the same words about another coin are another story, with one more coin they are not. */
  readonly about: readonly string[];
  readonly atMs: number;
  times: number;
}

export interface TextGuard {
  /** `about` gives the coins of the text; it is asked for what is new and can be read alone. */
  judge(reading: TextReading, about: () => readonly string[], nowMs: number): TextVerdict;
  /** Stories that turned out to be campaigns since the last call: what they said is taken back. */
  takeCampaigns(): readonly number[];
}

export function createTextGuard(): TextGuard {
  const ids = new Set<string>();
  let stories: Story[] = [];
  const authors = new Map<string, { readonly hour: number; readonly count: number }>();
  let campaigns: number[] = [];
  let next = 0;

  function isKnown({ source, id }: TextReading): boolean {
    const key = `${source} ${id.slice(0, NAME_MAX)}`;
    if (ids.has(key)) return true;
    ids.add(key);
    if (ids.size > IDS_MAX) ids.delete(ids.values().next().value ?? '');
    return false;
  }

  function sameStory(print: Fingerprint, about: readonly string[]): Story | undefined {
    return stories.find(
      (story) =>
        isOfOne(story.about, about) && similarity(story.print, print) >= SAME_STORY_SIMILARITY,
    );
  }

  function authorWeight({ source, author, authorSinceMs }: TextReading, atMs: number): number {
    const young = authorSinceMs !== undefined && atMs - authorSinceMs < NEW_ACCOUNT_MS;
    const base = young ? NEW_ACCOUNT_WEIGHT : 1;
    if (author === undefined) return base;
    const hour = Math.floor(atMs / HOUR_MS);
    const key = `${source} ${author.slice(0, NAME_MAX)}`;
    const seen = authors.get(key);
    const count = seen?.hour === hour ? seen.count + 1 : 1;
    // The one who has been silent longest makes room: clearing all would forgive the loud ones.
    authors.delete(key);
    authors.set(key, { hour, count });
    if (authors.size > AUTHORS_MAX) authors.delete(authors.keys().next().value ?? '');
    return count > AUTHOR_HOUR_MAX ? base * LOUD_WEIGHT : base;
  }

  return {
    judge: (reading, aboutOf, nowMs) => {
      if (nowMs - reading.atMs > DAY_MS) return { kind: 'old' };
      if (isKnown(reading)) return { kind: 'known' };
      if (languageOf(reading.text) !== 'english') return { kind: 'foreign' };
      stories = stories.filter(({ atMs }) => nowMs - atMs <= DAY_MS).slice(-STORIES_MAX);
      const print = fingerprint(reading.text);
      const about = aboutOf();
      const same = sameStory(print, about);
      const weight = authorWeight(reading, reading.atMs);
      if (same === undefined) {
        const story = { number: next, print, about, atMs: reading.atMs, times: 1 };
        next += 1;
        stories.push(story);
        return { kind: 'counts', weight, story: story.number };
      }
      same.times += 1;
      // Lists begin with the newest: what comes later was often said before.
      const isQuick = Math.abs(reading.atMs - same.atMs) <= HOUR_MS;
      if (same.times === BURST && isQuick) campaigns.push(same.number);
      return { kind: same.times >= BURST && isQuick ? 'burst' : 'story' };
    },
    takeCampaigns: () => {
      const taken = campaigns;
      campaigns = [];
      return taken;
    },
  };
}

function isOfOne(a: readonly string[], b: readonly string[]): boolean {
  return (a.length === 0 && b.length === 0) || a.some((coin) => b.includes(coin));
}
