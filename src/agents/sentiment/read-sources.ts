/**
 * Reads each source at its own pace and knows how it does. A source that fails is told once and tried
 * again; the others go on.
 */
import type { SourceStanding } from '#core/model/sentiment.ts';
import { errorText } from '#platform/errors.ts';
import type { AgentContext, CheckResult } from '#platform/lifecycle/agent-context.ts';
import type { SentimentSource } from '#sources/sentiment/sentiment-source.ts';
import type { Listener } from './listen.ts';
import type { SentimentMetrics } from './metrics.ts';

type Health = Pick<SourceStanding, 'health' | 'problem' | 'lastReadMs' | 'readings'>;

export interface SourceReads {
  health(source: string): Health;
  readonly check: () => CheckResult;
}

const PROBLEM_MAX = 300;
const NOT_READ: Health = { health: 'waiting', readings: 0 };

export function readSources(
  ports: {
    readonly context: Pick<AgentContext<unknown>, 'clock' | 'every'>;
    readonly sources: readonly SentimentSource[];
    readonly metrics: Pick<SentimentMetrics, 'read'>;
  },
  take: Listener,
): SourceReads {
  const { context, sources, metrics } = ports;
  const known = new Map<string, Health>();
  const health = (source: string): Health => known.get(source) ?? NOT_READ;

  async function readOnce(source: SentimentSource, signal: AbortSignal): Promise<void> {
    const { name } = source;
    try {
      const answer = await source.read(signal, context.clock.now());
      if (answer === undefined) return;
      const { readings, problem } = answer;
      await take(readings, signal);
      known.set(name, {
        health: problem === undefined ? 'ok' : 'partly',
        ...(problem === undefined ? {} : { problem: problem.slice(0, PROBLEM_MAX) }),
        lastReadMs: context.clock.now(),
        readings: readings.length,
      });
      metrics.read(name, problem === undefined ? 'ok' : 'partly');
    } catch (error) {
      const problem = errorText(error).slice(0, PROBLEM_MAX);
      known.set(name, { ...health(name), health: 'failing', problem });
      metrics.read(name, 'failed');
      throw error;
    }
  }

  for (const source of sources) {
    context.every({
      name: `read ${source.name}`,
      intervalMs: source.intervalMs,
      jitter: 0.1,
      isImmediate: true,
      isProgress: true,
      run: (signal) => readOnce(source, signal),
    });
  }
  return { health, check: () => checkOf(sources.map(({ name }) => [name, health(name)])) };
}

/** Well while one answers, or may still. */
function checkOf(sources: readonly (readonly [name: string, health: Health])[]): CheckResult {
  if (sources.length === 0) return { isOk: true, detail: 'no source is enabled' };
  const problems = sources.flatMap(([name, { problem }]) =>
    problem === undefined ? [] : [`${name}: ${problem.slice(0, 80)}`],
  );
  const of = (wanted: Health['health']) =>
    sources.filter(([, { health }]) => health === wanted).length;
  const waiting = of('waiting') === 0 ? [] : [`${of('waiting')} not read yet`];
  const answering = [`${of('ok') + of('partly')} of ${sources.length} answer`, ...waiting];
  return {
    isOk: of('failing') < sources.length,
    detail: [...answering, ...problems].join('; ').slice(0, 300),
  };
}
