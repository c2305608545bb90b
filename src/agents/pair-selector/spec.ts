/** What the pair-selector agent is made of, for a process of its own or one shared with others. */
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig } from '#bus/config.ts';
import { openAgentBus } from '#bus/redis/agent-bus.ts';
import { CacheConfig } from '#cache/config.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { Pair } from '#core/model/pair.ts';
import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource, type LedgerSource } from '#ledger/reader-source.ts';
import { openHttpClient, type HttpClient } from '#platform/http/open-http-client.ts';
import type { AgentContext, AgentSpec } from '#platform/lifecycle/agent-context.ts';
import { createPairSelector, type PairSelector } from './agent.ts';
import { changesPath, openChangeLog } from '#universe/change-log.ts';
import { PairSelectorConfig } from './config.ts';
import { lookAtDesk } from './desk-look.ts';
import { lookThrough, type MarketLook } from './market-look.ts';
import { selectorMetrics } from './metrics.ts';
import { openOutsideLists } from './outside-lists.ts';
import { readUniverse, setAside, universePath, writeUniverse } from '#universe/universe-file.ts';

const Slice = z.looseObject({
  mode: z.enum(['shadow', 'production']),
  exchange: z.looseObject({ name: z.string(), sandbox: z.boolean().default(false) }),
  pairs: z.array(Pair),
  quote_asset: z.string(),
  data_dir: z.string().min(1),
  redis: RedisConfig.prefault({}),
  cache: CacheConfig.prefault({}),
  pair_selector: PairSelectorConfig.prefault({}),
});
type Slice = z.output<typeof Slice>;
type Context = AgentContext<Slice>;

/** An exit-only pair need not go at once, a position has to be followed soon. */
const FOLLOW_EVERY_MS = 10_000;
/** How often it is looked whether a failed run is to be tried again. */
const RETRY_LOOK_MS = 1_000;

export const spec: AgentSpec<typeof Slice> = {
  name: 'pair-selector',
  config: Slice,
  start: async (context) => {
    const { config, clock, log, metrics, stack } = context;
    const { bus, connection } = await openAgentBus(context);
    const observer = sharedCacheMetrics(metrics);
    const cache = openSharedCache({ ...connection, config: config.cache, observer });
    stack.adopt(cache, (open) => open.close());
    const look = lookThrough(cache, {
      waitMs: config.pair_selector.wait_seconds * 1_000,
      signal: context.signal,
    });
    const ledger = openLedger(context);
    const account = config.mode === 'production' ? 'live' : 'shadow';
    const desk = lookAtDesk({ bus, ledger, log, now: () => clock.now(), account });
    const path = universePath(config.data_dir);
    const selector = createPairSelector({
      config: config.pair_selector,
      about: [config.pairs, config.exchange.name, config.exchange.sandbox, config.quote_asset],
      chain: {
        look,
        quoteAsset: config.quote_asset,
        listed: () => listedPairs(config, look),
        records: (days) => desk.records(days),
        ...outsideLists(context),
      },
      desk,
      bus,
      clock,
      random: context.random,
      signal: context.signal,
      log,
      metrics: selectorMetrics(metrics),
      changes: openChangeLog(changesPath(config.data_dir), config.pair_selector.history_max),
      kept: keptUniverse(path, context),
      keep: (kept) => writeUniverse(path, kept),
    });
    bus.onWipe(() => context.background('publish', selector.publish()));
    context.addCheck('universe', () => selector.check());
    work(context, selector);
  },
};

function work(context: Context, selector: PairSelector): void {
  context.every({
    name: 'refresh',
    intervalMs: context.config.pair_selector.refresh_seconds * 1_000,
    isImmediate: true,
    isProgress: true,
    run: async () => {
      // What is on disk is in force before the market is asked.
      await selector.publish();
      await selector.refresh();
    },
  });
  context.every({ name: 'follow', intervalMs: FOLLOW_EVERY_MS, run: () => selector.follow() });
  context.every({ name: 'retry', intervalMs: RETRY_LOOK_MS, run: () => selector.retry() });
}

async function listedPairs(config: Slice, look: MarketLook): Promise<readonly Pair[]> {
  const wanted = wantedPairs(config);
  if (wanted !== 'all') return wanted;
  return (await look.instruments())
    .filter(({ quote }) => quote === config.quote_asset)
    .map(({ pair }) => pair);
}

function openLedger({ config, log, stack }: Context): LedgerSource {
  const source = ledgerSource(
    () => openLedgerReader(join(config.data_dir, 'ledger.db')),
    (err) => log.debug({ err }, 'ledger cannot be read'),
  );
  return stack.adopt(source, (open) => open.close());
}

/** The client is opened for a chain that asks somebody. */
function outsideLists(context: Context) {
  const { config, clock, random, log, metrics, signal, stack } = context;
  let client: HttpClient | undefined;
  stack.defer(() => client?.close());
  return openOutsideLists(config.pair_selector.chain, {
    clock,
    signal,
    log,
    openSource: (options) => {
      client ??= openHttpClient({ clock, random, log, metrics });
      return client.source(options);
    },
  });
}

function keptUniverse(path: string, { log }: Context) {
  const read = readUniverse(path);
  if (read.kind === 'damaged') {
    log.warn({ path, reason: read.reason }, 'kept universe cannot be read, it is set aside');
    setAside(path);
  }
  return read.kind === 'kept' ? read.kept : undefined;
}
