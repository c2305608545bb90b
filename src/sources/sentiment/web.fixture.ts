import type { z } from 'zod';
import type { HttpSource, SourceOptions } from '#platform/http/http-source.ts';
import { SentimentSources } from './config.ts';
import { openSources } from './open-sources.ts';

export const NOW = Date.UTC(2026, 0, 7, 12);
const SIGNAL = new AbortController().signal;

interface Call {
  readonly source: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** Answers by path; the schema of the source reads them as it reads the vendor's. */
function web(answers: Readonly<Record<string, unknown>>) {
  const calls: Call[] = [];
  const private_ = new Map<string, boolean>();
  const at = (source: string, path: string, headers: Call['headers']): unknown => {
    calls.push({ source, path, headers });
    const found = answers[path];
    if (found === undefined) throw new Error(`nothing at ${path}`);
    return found;
  };
  const client = {
    source: ({ name, allowPrivate = false, headers: own }: SourceOptions) => {
      private_.set(name, allowPrivate);
      const json = (path: string, options: { schema: z.ZodType; headers?: Call['headers'] }) => {
        const value = options.schema.parse(at(name, path, options.headers));
        return Promise.resolve({ value, isNotModified: false, atMs: NOW });
      };
      return {
        name,
        getJson: json,
        postJson: json,
        getText: (path: string) =>
          Promise.resolve({
            value: String(at(name, path, own)),
            isNotModified: false,
            atMs: NOW,
          }),
        blockedMs: () => 0,
      } as unknown as HttpSource;
    },
  };
  return { client, calls, private_ };
}

/** What the enabled sources of `config` make of these answers. */
export async function read(
  config: object,
  answers: Readonly<Record<string, unknown>>,
  practiceUrl?: string,
) {
  const { client, calls, private_ } = web(answers);
  const sources = openSources(
    client,
    {
      sources: SentimentSources.parse(config),
      timeoutMs: 1_000,
      reads: () => ({ read: () => undefined, write: () => undefined }),
    },
    practiceUrl,
  );
  const read = await Promise.all(sources.map((source) => source.read(SIGNAL, NOW)));
  return {
    readings: read.flatMap((answer) => answer?.readings ?? []),
    problems: read.flatMap((answer) => answer?.problem ?? []),
    calls,
    private_,
    names: sources.map(({ name }) => name),
    intervals: sources.map(({ intervalMs }) => intervalMs),
  };
}
