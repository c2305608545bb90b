/**
 * The sentiment agent as a process between a practice world, a web that misbehaves and a real Redis:
 * what it makes of every kind of source, and what a kill leaves of it.
 */
import { readdirSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { sentiment, sentimentSources, sentimentTexts } from '#bus/states.ts';
import { marketTickers } from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import { Pair } from '#core/model/pair.ts';
import { CoinSentiment } from '#core/model/sentiment.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { startAgent } from '../support/agent-process.ts';
import type { AgentProcess } from '../support/agent-process.ts';
import { temporaryFolder } from '../support/data-agent.ts';
import { openCountedCache } from '../support/cache/shared-cache.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { startRecordedWeb } from '../support/web/recorded-web.ts';
import type { RecordedWeb } from '../support/web/recorded-web.ts';

const HOUR_MS = 3_600_000;
const STORY = 'Monero surges to a record as strong demand meets little supply';
const PLANTED = 'planted-key-4711';
const RECORD = { right: 30, wrong: 10 };

let exchange: PracticeExchange;
let redis: RedisServer;
let web: RecordedWeb;
let elsewhere: RecordedWeb;
let bus: RedisBus;
let cache: SharedCache;

beforeAll(async () => {
  const clock = systemClock();
  [exchange, redis, web, elsewhere] = await Promise.all([
    startPractice({ clock, log: silentLog(), seed: 7, port: 0 }),
    startRedis(),
    startRecordedWeb(),
    startRecordedWeb(),
  ]);
  bus = await openBus({ socketPath: redis.socketPath, instance: 'gateway', clock });
  cache = openCountedCache(redis.socketPath, 'data');
  const ticker = { quoteVolume24h: 1, changeFraction24h: 0, atMs: clock.now() };
  cache.provide(marketTickers, () =>
    Promise.resolve([{ pair: Pair.parse('BTC/USDT'), last: 101, ...ticker }]),
  );
  serve();
});

afterAll(async () => {
  cache.close();
  await bus.close();
  await exchange.close();
  await Promise.all([redis, web, elsewhere].map((server) => server[Symbol.asyncDispose]()));
});

function serve(): void {
  const seconds = Math.floor(Date.now() / 1_000) - 60;
  const item = `<item><title>${STORY}</title><guid>n1</guid></item>`;
  const posts = [STORY, 'Tezos plunges after the exploit'].map((title, k) => ({
    data: { id: `p${k}`, title, author: `ann${k}`, created_utc: seconds },
  }));
  const json = (value: unknown) => ({ kind: 'answer' as const, body: JSON.stringify(value) });
  web.serve('/rss', { kind: 'answer', body: `<rss><channel>${item}</channel></rss>` });
  web.serve('/moved', { kind: 'redirect', to: `${elsewhere.origin}/rss` });
  web.serve('/r/Bitcoin/new.json', json({ data: { children: posts } }));
  web.serve('/fng/', json({ data: [{ value: '20', timestamp: String(seconds) }] }));
  web.serve('/2/tweets/search/recent', { kind: 'mute' });
  web.serve('/api/growth/v2/posts/', { kind: 'endless' });
  web.serve('/api4/public/coins/list/v2', { kind: 'answer', status: 500 });
  web.serve('/graphql', { kind: 'answer', type: 'text/html', body: '<html>hello</html>' });
}

/** With what it logs from then on. */
async function start(dataDir: string): Promise<AgentProcess & { readonly said: () => string }> {
  const own = { enabled: true, interval_seconds: 5, origin: web.origin, allow_private: true };
  const agent = await startAgent({
    agent: 'sentiment',
    config: {
      exchange: { name: 'practice', base_url: exchange.url },
      quote_asset: 'USDT',
      data_dir: dataDir,
      redis: { socket_path: redis.socketPath },
      logging: { level: 'debug' },
      sentiment_agent: {
        timeout_seconds: 1,
        sources: {
          practice: { interval_seconds: 5 },
          news: {
            enabled: true,
            interval_seconds: 5,
            feeds: [`${web.origin}/rss?apikey=${PLANTED}`, `${web.origin}/moved`],
            allow_private: true,
          },
          reddit: { ...own, subreddits: ['Bitcoin'] },
          fear_greed: own,
          x: { ...own, bearer_token: PLANTED, monthly_reads: 10_000_000 },
          cryptopanic: { ...own, api_token: PLANTED, monthly_reads: 10_000_000 },
          lunarcrush: { ...own, api_key: PLANTED },
          santiment: { ...own, api_key: PLANTED },
        },
      },
    },
  });
  let said = '';
  for (const stream of [agent.child.stdout, agent.child.stderr]) {
    stream?.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  }
  return { ...agent, said: () => said };
}

async function untilEachWasRead(sinceMs: number): Promise<Readonly<Record<string, unknown>>> {
  let shown: Readonly<Record<string, unknown>> = {};
  await eventually(
    async () => {
      const all = [...(await bus.all(sentimentSources)).values()];
      shown = Object.fromEntries(
        all.map(({ source, health, problem = '' }) => [source, `${health} ${problem}`.trim()]),
      );
      const isRead = all.every(({ atMs, health }) => atMs > sinceMs && health !== 'waiting');
      return all.length === 8 && isRead;
    },
    { withinMs: 15_000, what: 'each source was read' },
  );
  return shown;
}

/** Of the whole history: coin and hour of each row. */
function history(dataDir: string): readonly string[] {
  const folder = join(dataDir, 'sentiment');
  const files = readdirSync(folder).filter((name) => name.startsWith('history-'));
  return files
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    .map((line) => CoinSentiment.parse(JSON.parse(line)))
    .map(({ coin, atMs }) => `${coin} ${Math.floor(atMs / HOUR_MS)}`);
}

describe('the sentiment agent as a process', () => {
  it('hears the good sources beside every bad one, and is itself again after a kill', async () => {
    using folder = temporaryFolder();
    const records = join(folder.path, 'sentiment', 'sources.json');
    mkdirSync(join(folder.path, 'sentiment'));
    const due = { source: 'news', coin: 'BTC', side: 1, price: 100, dueMs: Date.now() };
    writeFileSync(records, JSON.stringify({ reputation: { news: RECORD }, waiting: [due] }));

    await using agent = await start(folder.path);
    const health = await untilEachWasRead(0);

    expect(health).toEqual({
      practice: 'ok',
      reddit: 'ok',
      fear_greed: 'ok',
      news: expect.stringMatching(/^partly 1 of 2 failed: .*nothing is fetched from$/) as unknown,
      x: 'failing the source did not answer in time',
      cryptopanic: 'failing the source’s answer is larger than allowed',
      lunarcrush: 'failing the source did not answer',
      santiment: 'failing the source’s answer makes no sense',
    });
    expect(elsewhere.seen, 'a redirect into the network is not followed').toEqual([]);
    const before = await heard();
    expect(agent.said()).toContain('periodic work failed');
    expect(agent.said()).not.toContain(PLANTED);
    const rows = history(folder.path);
    expect(rows.length).toBeGreaterThan(5);

    await agent.kill();
    const killedMs = Date.now();
    await using next = await start(folder.path);
    await untilEachWasRead(killedMs);

    const after = await heard();
    expect(after).toEqual(before);
    expect(new Set(history(folder.path)).size, 'no coin twice in an hour').toBe(
      history(folder.path).length,
    );
    expect(history(folder.path)).toEqual(expect.arrayContaining([...rows]));
    expect(next.said()).not.toContain(PLANTED);
  });
});

/** The story of two sources counts once; the market hears the index; a due word was judged once. */
async function heard(): Promise<unknown> {
  const [monero, tezos, market] = await Promise.all(
    ['XMR', 'XTZ', 'MARKET'].map((coin) => bus.get(sentiment, coin)),
  );
  const texts = await bus.get(sentimentTexts, 'XMR');
  const news = await bus.get(sentimentSources, 'news');
  expect(texts?.texts.map(({ text }) => text)).toEqual([STORY]);
  expect(monero?.mentions).toBeCloseTo(1, 1);
  expect(tezos?.score).toBeLessThan(0);
  const index = market?.sources.find(({ source }) => source === 'fear_greed');
  expect(index?.mentions).toBeCloseTo(1, 1);
  expect(market?.sources.map(({ source }) => source)).toContain('practice');
  const { right, wrong } = { right: RECORD.right * 0.995 + 1, wrong: RECORD.wrong * 0.995 };
  expect(news?.reputation).toBeCloseTo(0.5 + (20 + right) / (40 + right + wrong), 9);
  return { texts: texts?.texts.length, reputation: news?.reputation };
}
