import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { fetchOnce, type Request } from './fetch-once.ts';
import type { OriginPools } from './origin-pools.ts';
import { busy } from './source-errors.ts';

interface Asked {
  readonly origin: string;
  readonly path: string;
  readonly allowPrivate: boolean;
  readonly headers: unknown;
}

/** A web in which each address leads somewhere or answers. */
function webOf(redirects: Readonly<Record<string, string>>) {
  const asked: Asked[] = [];
  const pools: OriginPools = {
    request: ({ origin, allowPrivate }, { path, headers }) => {
      asked.push({ origin, path, allowPrivate, headers });
      const location = redirects[`${origin}${path}`];
      return Promise.resolve({
        statusCode: location === undefined ? 200 : 302,
        headers: location === undefined ? {} : { location },
        body: Readable.from([Buffer.from('text')]),
      } as unknown as Dispatcher.ResponseData);
    },
    close: () => Promise.resolve(),
  };
  return { asked, deps: { pools, nowMs: () => 0, onBytes: () => undefined } };
}

function request(url: string): Request {
  return {
    source: 'feed',
    url: new URL(url),
    method: 'GET',
    body: undefined,
    headers: { accept: '*/*' },
    ownHeaders: { authorization: 'word' },
    ownOrigins: new Set(['https://feeds.example']),
    allowPrivate: true,
    maxBytes: 100,
    timeoutMs: 100,
    signal: new AbortController().signal,
  };
}

describe('fetchOnce', () => {
  it('takes neither keys nor rights along to another host', async () => {
    const { asked, deps } = webOf({ 'https://feeds.example/a?x=1': 'https://cdn.example/b' });

    const reply = await fetchOnce(deps, request('https://feeds.example/a?x=1'));

    expect(reply.text).toBe('text');
    expect(asked).toMatchObject([
      { path: '/a?x=1', allowPrivate: true, headers: { authorization: 'word', accept: '*/*' } },
      { origin: 'https://cdn.example', path: '/b', allowPrivate: false },
    ]);
    expect(asked[1]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['http://feeds.example/b', 'a redirect from https to http'],
    ['ftp://feeds.example/b', 'a redirect to no address of the web'],
    [`https://${'a.'.repeat(5_000)}example/`, 'a redirect to no address of the web'],
    ['https://user@feeds.example/b', 'a redirect with a name or password'],
    ['https://feeds.example/a', 'too many redirects'],
  ])('does not follow to %s', async (to, why) => {
    const { asked, deps } = webOf({ 'https://feeds.example/a': to });

    await expect(fetchOnce(deps, request('https://feeds.example/a'))).rejects.toMatchObject({
      code: 'source-forbidden',
      details: { source: 'feed', host: 'feeds.example', why },
    });
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('tells that there is no room for another host as just that', async () => {
    const { deps } = webOf({});
    const refused = (): Promise<never> => Promise.reject(busy({ source: 'feed' }, 'too many'));
    const full = { ...deps, pools: { ...deps.pools, request: refused } };

    await expect(fetchOnce(full, request('https://feeds.example/a'))).rejects.toMatchObject({
      code: 'source-busy',
    });
  });

  it('may go from http to https', async () => {
    const { deps } = webOf({ 'http://feeds.example/a': 'https://feeds.example/a' });

    expect((await fetchOnce(deps, request('http://feeds.example/a'))).text).toBe('text');
  });
});
