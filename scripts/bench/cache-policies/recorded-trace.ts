import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Trace } from './trace.ts';

/** A file of record-trace.ts: JSON, gzip. Moments are after `startMs`, the venue's time of the first read. */
const RecordedTrace = z.strictObject({
  /** What was running. */
  what: z.string(),
  startMs: z.int().positive(),
  keys: z.array(
    z.strictObject({
      key: z.string().min(1),
      bytes: z.int().positive(),
      costMs: z.number().nonnegative(),
      ttlMs: z.number().positive(),
      candleMs: z.int().positive().optional(),
    }),
  ),
  reads: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
});
export type RecordedTrace = z.output<typeof RecordedTrace>;

/** Throws on a file that is none, or tells of keys it does not have. */
export function readTrace(file: string): Trace & { readonly what: string } {
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  const { what, startMs, keys, reads } = RecordedTrace.parse(JSON.parse(text));
  if (reads.some(([, place]) => place >= keys.length)) throw new Error(`${file} lacks a key`);
  return { what, keys, reads: reads.map(([afterMs, place]) => [startMs + afterMs, place]) };
}

export function writeTrace(file: string, trace: RecordedTrace): number {
  const bytes = gzipSync(JSON.stringify(RecordedTrace.parse(trace)), { level: 9 });
  writeFileSync(file, bytes);
  return bytes.length;
}
