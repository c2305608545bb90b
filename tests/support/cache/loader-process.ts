/**
 * A process whose load never gets done: a test kills it in between. Says when it can be told to
 * begin, and when it has begun.
 */
import { depthSnapshot } from '#cache/kinds.ts';
import { openCountedCache } from './shared-cache.ts';

const cache = openCountedCache(process.argv[2] ?? '', 'loader-process');
cache.provide(depthSnapshot, () => {
  process.send?.('loading');
  return Promise.withResolvers<never>().promise;
});
process.on('message', () => {
  cache.getOrLoad(depthSnapshot, 'BTC/USDT').catch(() => undefined);
});
process.send?.('ready');
