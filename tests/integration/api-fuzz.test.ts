/**
 * Thousands of strange requests, made from the API's own document, against a real desk: nothing
 * breaks, nothing leaks, every answer is one that the document tells of, and the book still adds up.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerSchema,
  parseDocument,
  routesOf,
  validator,
  type ApiDocument,
} from '#agents/gateway/openapi.fixture.ts';
import { makeToken } from '../support/api/client.ts';
import { sender, type RawAnswer } from '../support/api/send.ts';
import { strangeRequest, type StrangeRequest } from '../support/api/strange-request.ts';
import { startDesk, type Desk } from '../support/desk.ts';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const CONNECTIONS = 16;

// Of a stack, or of how it is built inside.
const INSIDE = /\n\s+at |node_modules|\.ts:\d|\/src\/|SQLITE|ZodError|ioredis/;

let desk: Desk;
let token: string;
let document: ApiDocument;

beforeAll(async () => {
  desk = await startDesk({
    args: ['--timeframe', '1s', '--seed', '7'],
    env: {
      NIGHTDESK__GATEWAY__RATE_LIMITS__READS_PER_SECOND: '0',
      NIGHTDESK__GATEWAY__RATE_LIMITS__WRITES_PER_MINUTE: '0',
      NIGHTDESK__GATEWAY__RATE_LIMITS__FAILURES_PER_MINUTE: '0',
    },
  });
  await desk.untilReady();
  token = await makeToken(desk, 'fuzz', 'admin');
  document = parseDocument(await desk.get('/docs/json'));
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

type Check = Awaited<ReturnType<typeof validator>>;

/** What is wrong with an answer, or nothing. */
function complaint(asked: StrangeRequest, { status, type, text }: RawAnswer, check: Check): string {
  if (status >= 500 && status !== 503) return 'a 5xx';
  if (INSIDE.test(text) || text.includes(token)) return 'it tells of the inside';
  const isOwnMethod = asked.method.toLowerCase() === asked.route.method;
  const isOwnPath = asked.target.split('?')[0] === asked.route.path;
  if (!isOwnMethod || !isOwnPath) return '';
  const schema = answerSchema(document, asked.route, status);
  if (schema === undefined) return 'the document has no such status';
  return check(schema, type.includes('json') ? (JSON.parse(text) as unknown) : text);
}

describe('the API', () => {
  it(`stands ${REQUESTS} strange requests`, { timeout: 400_000 }, async () => {
    const check = await validator(document);
    const { send, close } = sender(desk.url, CONNECTIONS);
    const before = await Promise.all(
      ['gateway', 'execution', 'coordinator'].map((name) => desk.pidOf(name)),
    );
    const strange = strangeRequest(routesOf(document), token);
    const queue = fc.sample(strange, { numRuns: REQUESTS, seed: SEED });
    const statuses: Record<string, number> = {};
    const complaints: string[] = [];

    const work = async (): Promise<void> => {
      for (let asked = queue.pop(); asked !== undefined; asked = queue.pop()) {
        const answer = await send(asked);
        const status = answer?.status ?? 'closed';
        statuses[status] = (statuses[status] ?? 0) + 1;
        const wrong = answer === undefined ? '' : complaint(asked, answer, check);
        const { route: _route, ...request } = asked;
        if (wrong !== '')
          complaints.push(`${wrong}: ${JSON.stringify({ request, answer }).slice(0, 2_000)}`);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
    close();

    process.stdout.write(`seed ${SEED}: ${JSON.stringify(statuses)}\n`);
    expect(complaints.slice(0, 5), `seed ${SEED}`).toEqual([]);
    // The requests reach the routes, and not only their doors.
    for (const status of [200, 400, 401, 404, 409, 415]) {
      expect(statuses[status] ?? 0, `answers ${status}`).toBeGreaterThan(REQUESTS / 500);
    }
    expect(statuses['closed'] ?? 0).toBeLessThan(REQUESTS / 20);
    const after = await Promise.all(
      ['gateway', 'execution', 'coordinator'].map((name) => desk.pidOf(name)),
    );
    expect(after, 'no process was started again').toEqual(before);
  });

  it('stands bytes that are no HTTP, and goes on answering', async () => {
    const lines = fc.sample(fc.string({ unit: 'binary', maxLength: 300 }), {
      numRuns: 200,
      seed: SEED,
    });
    const starts = [
      'GET / HTTP/1.1\r\n',
      'POST /api/v1/control/pause HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n',
      '',
    ];
    const { hostname, port } = new URL(desk.url);
    const answers = await Promise.all(
      lines.map(
        (line, place) =>
          new Promise<string>((resolve) => {
            let text = '';
            const socket = connect(Number(port), hostname);
            socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
            socket.once('error', () => resolve(text));
            socket.once('close', () => resolve(text));
            socket.end(`${starts[place % starts.length]}${line}\r\n\r\n`);
          }),
      ),
    );

    expect(
      answers.filter((answer) => answer.startsWith('HTTP/1.1 5') || INSIDE.test(answer)),
    ).toEqual([]);
    expect((await fetch(`${desk.url}/healthz`)).status).toBe(200);
  });

  it('has left a book that adds up, an audit that is whole, and a log without failures', async () => {
    expect((await desk.command(['ledger', 'check'])).code).toBe(0);
    expect((await desk.command(['audit', 'verify'])).code).toBe(0);
    const logs = readdirSync(desk.logDir).map((name) =>
      readFileSync(join(desk.logDir, name), 'utf8'),
    );
    expect(logs.join('')).not.toContain(token);
    const failures = logs
      .join('')
      .split('\n')
      .filter((line) => line.includes('"request failed"'));
    expect(failures.slice(0, 3)).toEqual([]);
  });
});
