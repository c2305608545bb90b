import { z } from 'zod';
import type { HttpSource } from '#platform/http/http-source.ts';
import type { SourceAnswer } from './sentiment-source.ts';

const Index = z.looseObject({
  data: z
    .array(
      z.looseObject({ value: z.coerce.number().min(0).max(100), timestamp: z.coerce.number() }),
    )
    .min(1),
});

/** It is reckoned once a day, and stands for that day. */
const STANDS_MS = 86_400_000;

/** 0 extreme fear to 100 extreme greed becomes -1 to 1. */
export function fearGreed(
  source: HttpSource,
  path: string,
  as = 'fear_greed',
): (signal: AbortSignal, nowMs: number) => Promise<SourceAnswer> {
  return async (signal, nowMs) => {
    const { value } = await source.getJson(path, { schema: Index, query: { limit: 1 }, signal });
    return {
      readings: value.data.slice(0, 1).map((point) => ({
        kind: 'mood',
        source: as,
        coin: 'MARKET',
        atMs: Math.min(nowMs, point.timestamp * 1_000 + STANDS_MS),
        score: point.value / 50 - 1,
        voices: 20,
      })),
    };
  };
}
