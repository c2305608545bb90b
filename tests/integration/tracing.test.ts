import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { systemClock } from '#platform/clock/system-clock.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { TracingConfig } from '#platform/tracing/config.ts';
import { tracingMetrics } from '#platform/tracing/metrics.ts';
import { openTracing } from '#platform/tracing/open-tracing.ts';
import { spanRef, traceIdOf } from '#platform/tracing/trace-ids.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import { startDesk, type Desk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { startCollector, type CollectedSpan, type Collector } from '../support/otlp-collector.ts';

const EAGER = resolve(import.meta.dirname, '../../scripts/bench/eager-analyst.ts');
// Epoch milliseconds: the SDK takes numbers below the process's age for times since its start.
const T0 = 1_700_000_000_000;
const SECRET = 'Bearer planted-collector-secret';

const LOST = /^nightdesk_trace_spans_total\{.*outcome="(failed|dropped)".*\} [1-9]/m;
const FILLED = /^nightdesk_fills_total\{.*\} [1-9]/m;

/** A desk that trades at every close and traces to the collector. */
async function tracedDesk(collector: Collector): Promise<Desk & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-tracing-'));
  const file = join(folder, 'tracing.yaml');
  const config = {
    committee: { analysts: [{ file: EAGER, weight: 1 }], cooldown_candles: 1 },
    risk_limits: { risk_state_age_max_ms: null, losses_in_row_max: 50 },
    tracing: {
      enabled: true,
      endpoint: collector.url,
      header: { secret: SECRET },
      queue_max: 16,
      timeout_ms: 500,
    },
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
  const desk = await startDesk({
    args: ['--timeframe', '1s', '--pairs', 'BTC/USDT,ETH/USDT', '--config', file],
    folder,
  });
  await desk.untilReady();
  return desk;
}

function only<T>(items: readonly T[], what: string): T {
  const [item] = items;
  if (item === undefined) throw new Error(`no ${what}`);
  return item;
}

/** The spans of a trace that came as far as a fill. */
function wholeTrace(spans: readonly CollectedSpan[]): readonly CollectedSpan[] | undefined {
  const filled = spans.filter(({ name }) => name === 'fill');
  return filled
    .map(({ traceId }) => spans.filter((span) => span.traceId === traceId))
    .find((trace) => {
      const names = trace.map(({ name }) => name);
      return ['candle close', 'evaluate', 'committee', 'intent', 'order', 'fill'].every((name) =>
        names.includes(name),
      );
    });
}

function sample(tracing: Tracing, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const ref = spanRef(traceIdOf(`evaluation ${n}`), 'close');
    tracing.record({
      name: 'candle close',
      ref,
      startMs: T0,
      endMs: T0 + 1_000,
      attributes: { n },
    });
  }
}

function opened(endpoint: string, config: Partial<TracingConfig> = {}) {
  const metrics = createMetrics({ agent: 'data', instance: 'data' });
  const tracing = openTracing({
    config: { ...TracingConfig.parse({ enabled: true, endpoint, ...config }), endpoint },
    clock: systemClock(),
    metrics: tracingMetrics(metrics),
    agent: 'data',
    instance: 'data-1',
  });
  const count = async (outcome: string): Promise<number> => {
    const text = await metrics.text();
    const line = text.split('\n').find((row) => row.includes(`outcome="${outcome}"`));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  return { tracing, count };
}

describe('a process that traces', () => {
  it('sends what it recorded, with the ids it was given', async () => {
    await using collector = await startCollector();
    const { tracing, count } = opened(collector.url, {
      header: { name: 'authorization', secret: SECRET },
    });

    sample(tracing, 3);
    await tracing.close();

    expect(collector.spans.map(({ traceId }) => traceId)).toEqual(
      [0, 1, 2].map((n) => traceIdOf(`evaluation ${n}`)),
    );
    expect(collector.spans[0]).toMatchObject({
      spanId: spanRef(traceIdOf('evaluation 0'), 'close').spanId,
      parentSpanId: undefined,
      startMs: T0,
      endMs: T0 + 1_000,
      instance: 'data-1',
    });
    expect(collector.authorizations).toEqual([SECRET]);
    expect(await count('exported')).toBe(3);
  });

  it('drops and counts what is beyond its bound while the collector hangs, and ends in time', async () => {
    await using collector = await startCollector();
    collector.behave('hang');
    const { tracing, count } = opened(collector.url, { queue_max: 16, timeout_ms: 60_000 });

    sample(tracing, 20);
    const startMs = performance.now();
    await tracing.close();

    expect(await count('dropped')).toBe(4);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it.each([500, 400])('counts what the collector refuses with %i', async (status) => {
    await using collector = await startCollector();
    collector.behave(status);
    const { tracing, count } = opened(collector.url, { timeout_ms: 300 });

    sample(tracing, 5);
    await eventually(async () => (await count('failed')) === 5, {
      withinMs: 10_000,
      what: 'the refused spans are counted',
    });
    await tracing.close();
  });

  it('keeps whole traces or none of them when it samples', async () => {
    await using collector = await startCollector();
    const { tracing } = opened(collector.url, { sample_fraction: 0.5 });

    sample(tracing, 200);
    await tracing.close();

    expect(collector.spans.length).toBeGreaterThan(50);
    expect(collector.spans.length).toBeLessThan(150);
    const kept = only(collector.spans, 'span');
    expect(tracing.carried(spanRef(kept.traceId, 'close'))).toMatch(/-01$/);
  });
});

describe('a desk that traces', () => {
  it('has one trace from the candle close to the fill, over its processes', async () => {
    await using collector = await startCollector();
    const desk = await tracedDesk(collector);
    try {
      await eventually(() => wholeTrace(collector.spans) !== undefined, {
        withinMs: 60_000,
        what: 'a trace goes from a close to a fill',
      });
    } finally {
      await desk[Symbol.asyncDispose]();
    }
    const trace = wholeTrace(collector.spans) ?? [];
    const named = (name: string): CollectedSpan =>
      only(
        trace.filter((span) => span.name === name),
        name,
      );
    const parentOf = (span: CollectedSpan): string | undefined =>
      trace.find(({ spanId }) => spanId === span.parentSpanId)?.name;

    expect(named('candle close').parentSpanId).toBeUndefined();
    expect(parentOf(named('evaluate'))).toBe('candle close');
    expect(parentOf(named('committee'))).toBe('evaluate');
    expect(parentOf(named('intent'))).toBe('evaluate');
    expect(parentOf(named('order'))).toBe('intent');
    expect(trace.filter(({ name }) => name === 'fill').map(parentOf)).toContain('order');
    expect(named('candle close').instance).toBe('data');
    expect(named('evaluate').instance).toBe('trading-worker-1');
    expect(named('order').instance).toBe('execution');
    expect(named('order').attributes.get('outcome')).toBe('accepted');
    expect(collector.authorizations).toContain(SECRET);
    expect(secretIn(desk.folder)).toEqual([]);
    rmSync(desk.folder, { recursive: true, force: true });
  });

  it('trades on while its collector hangs', async () => {
    await using collector = await startCollector();
    collector.behave('hang');
    const desk = await tracedDesk(collector);
    try {
      await eventually(
        async () => {
          const text = await (await fetch(`${desk.url}/metrics`)).text();
          return LOST.test(text) && FILLED.test(text);
        },
        { withinMs: 60_000, what: 'orders are filled and lost spans are counted' },
      );
    } finally {
      await desk[Symbol.asyncDispose]();
      rmSync(desk.folder, { recursive: true, force: true });
    }
  });
});

/** Files of the desk that hold the collector's secret, its own config aside. */
function secretIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes('planted-collector-secret'));
}
