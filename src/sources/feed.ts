/** RSS 2.0 and Atom, as far as headlines need them. */
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

export interface FeedItem {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly atMs: number | undefined;
}

const ITEMS_MAX = 200;
const TEXT_MAX = 1_000;

// Entities are not expanded beyond XML's own five: a feed is a stranger's text.
const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: true,
  htmlEntities: false,
  parseTagValue: false,
  isArray: (name) => name === 'item' || name === 'entry',
});

const Text = z
  .union([z.string(), z.looseObject({ '#text': z.string().default('') })])
  .transform((value) => (typeof value === 'string' ? value : value['#text']))
  .catch('');

const Item = z.looseObject({
  title: Text,
  description: Text.optional(),
  summary: Text.optional(),
  guid: Text.optional(),
  id: Text.optional(),
  link: z.unknown().optional(),
  pubDate: Text.optional(),
  published: Text.optional(),
  updated: Text.optional(),
});

const Feed = z.union([
  z.looseObject({
    rss: z.looseObject({ channel: z.looseObject({ item: z.array(Item).default([]) }) }),
  }),
  z.looseObject({ feed: z.looseObject({ entry: z.array(Item).default([]) }) }),
]);

/** Undefined for a text that is no feed. */
export function parseFeed(text: string): readonly FeedItem[] | undefined {
  // A document type can define entities; no feed needs one.
  if (/<!DOCTYPE/i.test(text.slice(0, 2_000))) return undefined;
  let tree: unknown;
  try {
    tree = PARSER.parse(text);
  } catch {
    return undefined;
  }
  const parsed = Feed.safeParse(tree);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const items =
    'rss' in data ? (data.rss as Channel).channel.item : (data['feed'] as Entries).entry;
  return items.slice(0, ITEMS_MAX).map(itemOf);
}

interface Channel {
  readonly channel: { readonly item: readonly z.output<typeof Item>[] };
}
interface Entries {
  readonly entry: readonly z.output<typeof Item>[];
}

function itemOf(item: z.output<typeof Item>): FeedItem {
  const title = plain(item.title);
  const id = item.guid ?? item.id ?? (typeof item.link === 'string' ? item.link : '');
  const atMs = Date.parse(item.pubDate ?? item.published ?? item.updated ?? '');
  return {
    id: (id === '' ? title : id).slice(0, 300),
    title,
    summary: plain(item.description ?? item.summary ?? ''),
    atMs: Number.isFinite(atMs) ? atMs : undefined,
  };
}

/** Words without tags. */
function plain(text: string): string {
  return text
    .slice(0, 4 * TEXT_MAX)
    .replace(/<[^<>]{0,500}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, TEXT_MAX);
}
