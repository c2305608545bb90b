/** A collector of OpenTelemetry spans: takes OTLP as JSON over HTTP and keeps them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

const Value = z.looseObject({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const Attributes = z.array(z.looseObject({ key: z.string(), value: Value }));

const WireSpan = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: Attributes,
});
const Request = z.looseObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes: Attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(WireSpan) })),
    }),
  ),
});

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** Process it came from. */
  readonly instance: string | undefined;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Value of this header in each request. */
  readonly authorizations: readonly (string | undefined)[];
  /** `hang` takes requests and never answers; a number is the status it answers with. */
  behave(how: 'take' | 'hang' | number): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const authorizations: (string | undefined)[] = [];
  let behaviour: 'take' | 'hang' | number = 'take';
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    void bodyOf(request).then((text) => {
      if (behaviour === 'hang') return;
      if (behaviour === 'take') spans.push(...readSpans(text));
      response.statusCode = behaviour === 'take' ? 200 : behaviour;
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    authorizations,
    behave: (how) => {
      behaviour = how;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request as AsyncIterable<string>) text += chunk;
  return text;
}

function readSpans(text: string): CollectedSpan[] {
  return Request.parse(JSON.parse(text)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const instance = attributesOf(resource.attributes).get('service.instance.id');
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        name: span.name,
        startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
        endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
        attributes: attributesOf(span.attributes),
        instance,
      })),
    );
  });
}

function attributesOf(list: z.output<typeof Attributes>): Map<string, string> {
  return new Map(
    list.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value;
      return [key, String(stringValue ?? intValue ?? doubleValue ?? boolValue)];
    }),
  );
}
