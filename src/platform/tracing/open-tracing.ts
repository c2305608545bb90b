/**
 * Tracing over the OpenTelemetry SDK. Loaded by processes that trace and by no others: the SDK is
 * some megabytes.
 *
 * 1. Recording never waits for the collector and never throws.
 * 2. What waits is bounded here, before the SDK's own queue, so that every dropped span is counted.
 * 3. A collector that is away, slow or refuses costs spans, and nothing else.
 */
import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Clock } from '../clock/clock.ts';
import type { TracingConfig } from './config.ts';
import type { TracingMetrics } from './metrics.ts';
import { isSampled, traceparentOf, type SpanRef } from './trace-ids.ts';
import type { RecordedSpan, Tracing } from './tracing.ts';

export interface TracingOptions {
  readonly config: TracingConfig & { readonly endpoint: string };
  readonly clock: Clock;
  readonly metrics: TracingMetrics;
  readonly agent: string;
  readonly instance: string;
}

const BATCH_MAX = 256;
const BATCH_EVERY_MS = 1_000;
const CLOSE_WITHIN_MS = 1_000;

export function openTracing(options: TracingOptions): Tracing {
  const { config, clock, metrics } = options;
  const { sample_fraction: fraction, queue_max: waitingMax } = config;
  metrics.waitingLimit.set(waitingMax);
  let waiting = 0;
  const exporter = countedExporter(
    new OTLPTraceExporter({
      url: config.endpoint,
      headers: headersOf(config),
      timeoutMillis: config.timeout_ms,
      concurrencyLimit: 1,
    }),
    (count, outcome) => {
      waiting -= count;
      metrics.waiting.set(waiting);
      metrics.spans.inc({ outcome }, count);
    },
  );
  const ids = givenIds();
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    idGenerator: ids.generator,
    resource: resourceFromAttributes({
      'service.name': 'nightdesk',
      'service.instance.id': options.instance,
      'nightdesk.agent': options.agent,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: waitingMax,
        maxExportBatchSize: Math.min(BATCH_MAX, waitingMax),
        scheduledDelayMillis: BATCH_EVERY_MS,
        exportTimeoutMillis: config.timeout_ms,
      }),
    ],
  });
  const tracer = provider.getTracer('nightdesk');

  return {
    isOn: true,
    record: (span) => {
      if (!isSampled(span.ref.traceId, fraction)) return;
      if (waiting >= waitingMax) {
        metrics.spans.inc({ outcome: 'dropped' });
        return;
      }
      waiting += 1;
      metrics.waiting.set(waiting);
      ids.next(span.ref);
      write(tracer, span);
    },
    carried: (ref) => traceparentOf(ref, isSampled(ref.traceId, fraction)),
    close: async () => {
      // What is not out by then is lost with the process, and the desk must end in time.
      const shut = provider.shutdown().catch(() => undefined);
      await Promise.race([shut, clock.sleep(CLOSE_WITHIN_MS)]);
    },
  };
}

function write(tracer: Tracer, span: RecordedSpan): void {
  const { name, parent, startMs, endMs, attributes, failure } = span;
  const isRoot = parent?.traceId !== span.ref.traceId;
  const context = isRoot ? ROOT_CONTEXT : within(parent);
  const open = tracer.startSpan(
    name,
    { startTime: startMs, attributes: { ...attributes }, root: isRoot },
    context,
  );
  if (failure !== undefined) open.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  open.end(Math.max(startMs, endMs));
}

function within(parent: SpanRef): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...parent,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

/** The SDK asks for ids while it makes a span; here they are known before. */
function givenIds() {
  let ref: SpanRef = { traceId: '', spanId: '' };
  return {
    next: (given: SpanRef): void => {
      ref = given;
    },
    generator: { generateTraceId: () => ref.traceId, generateSpanId: () => ref.spanId },
  };
}

function headersOf({ header }: TracingConfig): Record<string, string> {
  return header.secret === null ? {} : { [header.name]: header.secret };
}

function countedExporter(
  exporter: SpanExporter,
  onDone: (count: number, outcome: 'exported' | 'failed') => void,
): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        onDone(
          spans.length,
          result.error === undefined && result.code === 0 ? 'exported' : 'failed',
        );
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
