import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '#platform/errors.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import { SentimentSources } from './config.ts';
import { createReadBudget } from './read-budget.ts';
import type { ReadsOfMonth } from './read-budget.ts';
import { NOW, read } from './web.fixture.ts';
import { x, X_READS } from './x.ts';

const FOUND = {
  data: [
    {
      id: '1',
      text: 'btc up',
      author_id: 'u',
      created_at: '2026-01-07T11:00:00.000Z',
      edit_history_tweet_ids: ['1'],
    },
  ],
  includes: {
    users: [{ id: 'u', name: 'U', username: 'u_u', created_at: '2026-01-06T00:00:00.000Z' }],
  },
  meta: { newest_id: '1', oldest_id: '1', result_count: 1 },
};
const NOTHING = { meta: { result_count: 0 } };
const NOTHING_NEW = { data: [], meta: { result_count: 0 } };
const PATH = '/2/tweets/search/recent';
const config = { x: { enabled: true, bearer_token: 'T' } };

describe('x', () => {
  it('reads what is found, with the age of the accounts', async () => {
    const { readings, calls } = await read(config, { [PATH]: FOUND });

    expect(readings).toMatchObject([
      { source: 'x', id: '1', atMs: NOW - 3_600_000, authorSinceMs: Date.UTC(2026, 0, 6) },
    ]);
    expect(calls[0]?.headers?.['authorization']).toBe('Bearer T');
  });

  it('reads nothing where nothing is found', async () => {
    expect((await read(config, { [PATH]: NOTHING })).readings).toEqual([]);
  });

  it('says which key it needs', async () => {
    await expect(read({ x: { enabled: true } }, {})).rejects.toThrow('x.bearer_token');
  });
});

/** X as a list of answers, asked within a budget of which the file is shown. */
function asked(...answers: readonly unknown[]) {
  const queries: Record<string, unknown>[] = [];
  const file: { kept?: ReadsOfMonth } = {};
  const left = [...answers];
  const source = {
    getJson: (_path: string, { query }: { query: Record<string, unknown> }) => {
      queries.push(query);
      const next = left.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve({ value: next });
    },
  } as unknown as HttpSource;
  const budget = createReadBudget({
    ...X_READS,
    source: 'x',
    monthly: 6_000,
    intervalMs: 300_000,
    file: { read: () => file.kept, write: (value) => void (file.kept = value) },
  });
  const reader = x(source, SentimentSources.parse(config).x, budget);
  const at = (nowMs: number) => reader(new AbortController().signal, nowMs);
  return { at, queries, reads: () => file.kept?.reads, intervalMs: budget.intervalMs };
}

describe('the reads that x bills', () => {
  it('are few at a time, of what is new, and counted as they came', async () => {
    const { at, queries, reads, intervalMs } = asked(FOUND, NOTHING_NEW);

    await at(NOW);
    expect(await at(NOW + 60_000)).toBeUndefined();
    await at(NOW + intervalMs);

    expect(queries).toMatchObject([
      { max_results: 10, since_id: undefined },
      { max_results: 10, since_id: '1' },
    ]);
    expect(reads()).toBe(2);
  });

  it.each([
    [new PermanentError('source-auth', 'the source refuses the keys'), 0],
    [new TransientError('source-rate-limited', 'the source limits our requests'), 0],
    [new TransientError('source-timeout', 'the source did not answer in time'), 20],
  ])('are none after %s, unless they may have been sent: %d', async (error, expected) => {
    const { at, reads } = asked(error);

    await expect(at(NOW)).rejects.toBe(error);

    expect(reads()).toBe(expected);
  });
});
