import type { Reading } from '#core/sentiment/stream/reading.ts';
import type { HttpSource, SourceOptions } from '#platform/http/http-source.ts';
import type { SourceName } from './config.ts';

export interface SentimentSource {
  readonly name: SourceName;
  readonly weight: number;
  readonly intervalMs: number;
  /**
   * Throws TransientError or PermanentError for what it cannot read; the others go on. Undefined when it
   * is not its turn yet and nothing was asked.
   */
  read(signal: AbortSignal, nowMs: number): Promise<SourceAnswer | undefined>;
}

export interface SourceAnswer {
  readonly readings: readonly Reading[];
  /** What of it could not be read, and why. */
  readonly problem?: string | undefined;
}

/** Opens an address under the limits that all of them share. */
export type OpenHttp = (
  name: string,
  options: Pick<SourceOptions, 'origins'> & Partial<SourceOptions>,
) => HttpSource;
