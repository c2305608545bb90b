import type { Reading } from '#core/sentiment/stream/reading.ts';
import { PermanentError } from '#platform/errors.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import { parseFeed } from '../feed.ts';
import { TEXT_MAX } from './sentiment-source.ts';

/** Items of RSS or Atom; PermanentError for a text that is neither. */
export async function readFeed(
  source: HttpSource,
  asked: { path: string; query?: Record<string, string>; signal: AbortSignal; nowMs: number },
): Promise<Reading[]> {
  const { path, query, signal, nowMs } = asked;
  const { value } = await source.getText(path, { query, signal });
  const items = parseFeed(value);
  if (items === undefined) {
    throw new PermanentError('no-feed', 'the address gives neither RSS nor Atom', {
      details: { source: source.name },
    });
  }
  return items.map((item) => ({
    kind: 'text',
    source: 'news',
    id: item.id,
    atMs: Math.min(item.atMs ?? nowMs, nowMs),
    text: `${item.title}. ${item.summary}`.slice(0, TEXT_MAX),
  }));
}
