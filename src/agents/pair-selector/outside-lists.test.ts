import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { link, pairOf } from '#core/pairs/pairs.fixture.ts';
import { silentLog } from '#platform/log/log.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import { openOutsideLists } from './outside-lists.ts';
import { readPairList } from './read-pair-list.ts';

const TEXT = '{"pairs":["B/USDT","A/USDT"],"refresh_period":1800}';
const keys = generateKeyPairSync('ed25519');
const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const signatureOf = (text: string): string =>
  sign(null, Buffer.from(text), keys.privateKey).toString('base64');
const sha256 = createHash('sha256').update(TEXT).digest('hex');

describe('remote list', () => {
  const summed = link('remote', { file: 'x', sha256 });
  const signed = link('remote', { file: 'x', public_key: publicKey });

  test('is read when its checksum or its signature holds', () => {
    expect(readPairList(summed, { text: TEXT, nowMs: 0 })).toMatchObject({
      pairs: [pairOf('B'), pairOf('A')],
    });
    const signature = `${signatureOf(TEXT)}\n`;
    expect(readPairList(signed, { text: TEXT, signature, nowMs: 0 })).toMatchObject({
      pairs: [pairOf('B'), pairOf('A')],
    });
  });

  test.each([
    ['another checksum', summed, `${TEXT} `, undefined, 'checksum'],
    ['no signature', signed, TEXT, undefined, 'not signed'],
    ['the signature of another text', signed, TEXT, signatureOf(`${TEXT} `), 'not signed'],
    [
      'what is no list',
      signed,
      '{"pairs":["nonsense"]}',
      signatureOf('{"pairs":["nonsense"]}'),
      'no list of pairs',
    ],
    ['what is no JSON', signed, 'hello', signatureOf('hello'), 'no list of pairs'],
    [
      'a key that is none',
      link('remote', { file: 'x', public_key: 'A'.repeat(44) }),
      TEXT,
      '',
      'key',
    ],
  ])('with %s is refused', (_, step, text, signature, why) => {
    expect(() => readPairList(step, { text, signature, nowMs: 0 })).toThrow(why);
  });

  test('that is over is not read again', () => {
    const text = '{"pairs":[],"valid_until_ms":100}';
    const signature = signatureOf(text);

    expect(readPairList(signed, { text, signature, nowMs: 100 }).pairs).toEqual([]);
    expect(() => readPairList(signed, { text, signature, nowMs: 101 })).toThrow('over');
  });

  test('what is no file is not read', async () => {
    const lists = openOutsideLists([], {
      clock: { now: () => 0, monotonic: () => 0 },
      signal: new AbortController().signal,
      log: { warn: () => undefined },
      openSource: () => {
        throw new Error('nobody is asked');
      },
    });

    // It would give zeros without end.
    await expect(lists.remote(link('remote', { file: '/dev/zero', sha256 }))).rejects.toMatchObject(
      {
        details: { reason: 'it is no file' },
      },
    );
  });

  test('a file is read once in its refresh', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pair-list-'));
    try {
      const file = join(folder, 'list.json');
      writeFileSync(file, TEXT);
      const step = link('remote', { file, sha256, refresh_minutes: 1 });
      let nowMs = 0;
      const lists = openOutsideLists([step], {
        clock: { now: () => nowMs, monotonic: () => nowMs },
        signal: new AbortController().signal,
        log: silentLog(),
        openSource: () => expect.unreachable(),
      });
      await lists.remote(step);
      writeFileSync(file, 'changed');

      expect(await lists.remote(step)).toHaveLength(2);
      nowMs = 60_000;
      await expect(lists.remote(step)).rejects.toThrow('checksum');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('market capitalisations are asked page by page, largest first', async () => {
  const step = link('market-cap', { to_rank: 300, url: 'https://coins.example/markets?x=1' });
  const asked: unknown[] = [];
  const source = {
    getJson: (path: string, { query }: { query: Record<string, unknown> }) => {
      asked.push([path, query['page'], query['x']]);
      const coins = [
        { symbol: 'small', market_cap: 1 },
        { symbol: 'btc', market_cap: 9 - Number(query['page']) },
        { symbol: 'gone', market_cap: null },
      ];
      return Promise.resolve({ value: coins, isNotModified: false, atMs: 0 });
    },
  } as unknown as HttpSource;
  const lists = openOutsideLists([step], {
    clock: { now: () => 0, monotonic: () => 0 },
    signal: new AbortController().signal,
    log: silentLog(),
    openSource: () => source,
  });

  expect(await lists.capitalisation(step)).toEqual(['BTC', 'BTC', 'SMALL', 'SMALL']);
  expect(asked).toEqual([
    ['/markets', 1, '1'],
    ['/markets', 2, '1'],
  ]);
});
