import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { equitySvg } from '#core/alerts/equity-svg.ts';
import type { OutgoingMessage } from '#agents/notifier/channel.ts';
import { renderPicture } from '#agents/notifier/reports/render-picture.ts';
import { WebhookConfig } from '#agents/notifier/webhooks/config.ts';
import { webhookChannel } from '#agents/notifier/webhooks/webhook-channel.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { DeskError, PermanentError, TransientError } from '#platform/errors.ts';

const SECRET_PATH = '/services/planted-path-secret';
const SIGNING_SECRET = 'planted-signing-secret';

interface Heard {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly heard: readonly Heard[];
}

async function receiver(answer: (response: ServerResponse) => void): Promise<Receiver> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      request.setEncoding('utf8');
      for await (const chunk of request as AsyncIterable<string>) body += chunk;
      heard.push({ headers: request.headers, body });
      answer(response);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${SECRET_PATH}`,
    heard,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function status(code: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(code, headers);
    response.end('what the service says');
  };
}

const MESSAGE: OutgoingMessage = {
  id: 'm-1',
  atMs: 0,
  level: 'notice',
  kind: 'test',
  title: 'a test',
  lines: [],
  isSilent: false,
};

function channelTo(url: string, more: Partial<WebhookConfig> = {}) {
  const config = WebhookConfig.parse({ name: 'ops', webhook_url: url, ...more });
  return webhookChannel(config, systemClock());
}

async function failureOf(sending: Promise<void>): Promise<DeskError> {
  try {
    await sending;
  } catch (error) {
    if (error instanceof DeskError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const { signal: never } = new AbortController();

describe('a webhook', () => {
  it('is given the message, signed', async () => {
    await using service = await receiver(status(204));

    await channelTo(service.url, { signing_secret: SIGNING_SECRET }).send(MESSAGE, never);

    const [heard] = service.heard;
    const [, at, digest] = /^t=(\d+),v1=(\w+)$/.exec(
      String(heard?.headers['x-nightdesk-signature']),
    ) ?? [''];
    const expected = createHmac('sha256', SIGNING_SECRET).update(`${at}.${heard?.body}`);
    expect(JSON.parse(heard?.body ?? '')).toMatchObject({ id: 'm-1', title: 'a test' });
    expect(digest).toBe(expected.digest('hex'));
  });

  it.each([
    [500, {}, undefined],
    [429, { 'retry-after': '1.5' }, 1_500],
    [503, { 'retry-after': '999999' }, 3_600_000],
    [429, { 'retry-after': 'nonsense' }, undefined],
  ])('that answers %i %o is asked again', async (code, headers, retryAfterMs) => {
    await using service = await receiver(status(code, headers as Record<string, string>));

    const error = await failureOf(channelTo(service.url).send(MESSAGE, never));

    expect(error).toBeInstanceOf(TransientError);
    expect(error.details['retryAfterMs']).toBe(retryAfterMs);
    expect(error.details['isUnknown'], 'behind a 500 it may have arrived').toBe(
      code === 500 ? true : undefined,
    );
  });

  it.each([400, 413, 422])('that answers %i will never take this one', async (code) => {
    await using service = await receiver(status(code));

    const error = await failureOf(channelTo(service.url).send(MESSAGE, never));

    expect(error).toBeInstanceOf(PermanentError);
  });

  it.each([401, 403, 404, 410, 302])('that answers %i waits for its address', async (code) => {
    await using elsewhere = await receiver(status(200));
    await using service = await receiver(status(code, { location: elsewhere.url }));

    const error = await failureOf(channelTo(service.url).send(MESSAGE, never));

    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toContain('check webhook_url');
    expect(error.details['retryAfterMs']).toBe(60_000);
    expect(elsewhere.heard, 'nothing goes where the operator did not say').toEqual([]);
  });

  it.each([
    ['hangs', () => undefined, 'no answer in time'],
    ['resets the connection', (response: ServerResponse) => void response.destroy(), /./],
  ])('that %s is asked again', async (_, answer, problem) => {
    await using service = await receiver(answer);

    const error = await failureOf(
      channelTo(service.url, { timeout_seconds: 1 }).send(MESSAGE, never),
    );

    expect(error).toBeInstanceOf(TransientError);
    expect(error.details['problem']).toMatch(problem);
  });

  it('keeps its address out of its errors', async () => {
    await using service = await receiver(status(404));
    const gone = 'http://127.0.0.1:1/services/planted-path-secret';

    const errors = [
      await failureOf(channelTo(service.url).send(MESSAGE, never)),
      await failureOf(channelTo(gone).send(MESSAGE, never)),
    ];

    for (const error of errors) {
      const text = `${error.stack} ${JSON.stringify(error.details)} ${String(error.cause)}`;
      expect(text).not.toContain('planted');
    }
  });

  it('stops at once when the notifier ends', async () => {
    await using service = await receiver(() => undefined);
    const stop = new AbortController();
    const sending = channelTo(service.url).send(MESSAGE, stop.signal);

    stop.abort(new Error('draining'));

    await expect(sending).rejects.toThrow('draining');
  });
});

describe('the picture of a report', () => {
  const points = [1, 3, 2].map((equity, n) => ({ atMs: n * 60_000, equity }));
  const svg = equitySvg({ title: 'day', quoteAsset: 'USDT', points, dayText: String }) ?? '';

  it('is drawn as PNG', async () => {
    const png = Buffer.from(await renderPicture(svg, systemClock()));

    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // Width and height of the header chunk.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([800, 420]);
    expect(png.length).toBeGreaterThan(5_000);
  });

  it('that cannot be drawn is an error, not a dead process', async () => {
    await expect(renderPicture('no svg', systemClock())).rejects.toThrow();
  });
});
