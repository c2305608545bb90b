import type { Reading } from '#core/sentiment/stream/reading.ts';
import { PermanentError } from '#platform/errors.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import { textOf } from './text-of.ts';

interface Asked {
  /** Source of the readings. */
  readonly as: string;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly nowMs: number;
}

/** Items of RSS or Atom; PermanentError for a text that is neither. */
export async function readFeed(http: HttpSource, asked: Asked): Promise<Reading[]> {
  const { as, path, signal, nowMs } = asked;
  const { value } = await http.getText(path, { signal });
  // Loaded with the first feed: a parser of XML is 3 MB, and many desks read none.
  const { parseFeed } = await import('../feed.ts');
  const items = parseFeed(value);
  if (items === undefined) {
    throw new PermanentError('no-feed', 'the address gives neither RSS nor Atom', {
      details: { source: http.name },
    });
  }
  return items.map((item) => ({
    kind: 'text',
    source: as,
    // Feeds number their items each from one, and none may speak for another.
    id: `${http.name} ${item.id}`,
    atMs: item.atMs ?? nowMs,
    text: textOf(item.title, item.summary),
  }));
}
