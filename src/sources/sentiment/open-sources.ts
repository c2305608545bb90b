/**
 * Where words and moods come from. Each source asks its own address by the one HTTP client, takes what
 * its schema knows and gives readings; what it cannot read it throws, and the others go on.
 */
import type { KeptFile } from '#platform/files/kept-file.ts';
import type { HttpClient } from '#platform/http/open-http-client.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SentimentSources, SourceName } from './config.ts';
import { cryptopanic, PANIC_READS } from './cryptopanic.ts';
import { fearGreed } from './fear-greed.ts';
import { lunarcrush } from './lunarcrush.ts';
import { news } from './news.ts';
import { practice } from './practice.ts';
import { reddit } from './reddit.ts';
import { santiment } from './santiment.ts';
import type { OpenHttp, SentimentSource } from './sentiment-source.ts';
import { createReadBudget } from './read-budget.ts';
import type { ReadBudget, ReadsOfMonth } from './read-budget.ts';
import { x, X_READS } from './x.ts';

const LIMITS = { maxBytes: 3_000_000, ratePerMinute: 30 };

/** The enabled ones; `practiceUrl` is undefined on any other exchange. */
export function openSources(
  client: Pick<HttpClient, 'source'>,
  options: {
    readonly sources: SentimentSources;
    readonly timeoutMs: number;
    /** What a source that counts was asked for this month. */
    readonly reads: (source: Counted) => KeptFile<ReadsOfMonth>;
  },
  practiceUrl: string | undefined,
): readonly SentimentSource[] {
  const { sources: config, timeoutMs } = options;
  const budgetOf = (source: Counted, of: { readsMin: number; readsMax: number }): ReadBudget => {
    const { monthly_reads: monthly, interval_seconds: seconds } = config[source];
    return createReadBudget({
      ...of,
      source,
      monthly,
      intervalMs: seconds * 1_000,
      file: options.reads(source),
    });
  };
  const budgets = { x: budgetOf('x', X_READS), cryptopanic: budgetOf('cryptopanic', PANIC_READS) };
  const open: OpenHttp = (name, options) =>
    client.source({ ...LIMITS, timeoutMs, ...options, name });
  const own = (name: WithOrigin): HttpSource => {
    const { origin, allow_private: allowPrivate } = config[name];
    return open(name, { origins: [origin], allowPrivate });
  };
  const readers: Readonly<Record<SourceName, () => SentimentSource['read']>> = {
    reddit: () => reddit(open, config.reddit),
    news: () => news(open, config.news),
    x: () => x(own('x'), config.x, budgets.x),
    fear_greed: () => fearGreed(own('fear_greed'), '/fng/'),
    cryptopanic: () => cryptopanic(own('cryptopanic'), config.cryptopanic, budgets.cryptopanic),
    lunarcrush: () => lunarcrush(own('lunarcrush'), config.lunarcrush),
    santiment: () => santiment(own('santiment'), config.santiment),
    practice: () =>
      practice(
        open('practice', { origins: [practiceUrl ?? ''], allowPrivate: true, ratePerMinute: 120 }),
      ),
  };
  const wanted = (Object.keys(readers) as SourceName[]).filter(
    (name) => config[name].enabled && (name !== 'practice' || practiceUrl !== undefined),
  );
  return wanted.map((name) => ({
    name,
    weight: config[name].weight,
    intervalMs: isCounted(name) ? budgets[name].intervalMs : config[name].interval_seconds * 1_000,
    read: readers[name](),
  }));
}

type Counted = 'x' | 'cryptopanic';

function isCounted(name: SourceName): name is Counted {
  return name === 'x' || name === 'cryptopanic';
}

type WithOrigin = 'x' | 'fear_greed' | 'cryptopanic' | 'lunarcrush' | 'santiment';
