import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OperatorCommand } from '#core/model/operator-command.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { testGateway, type Holder } from '../gateway.fixture.ts';

const BUY = { side: 'buy', pair: 'BTC/USDT', stopDistanceFraction: 0.02 };
const SELL = { side: 'sell', pair: 'BTC/USDT', share: 0.5 };

function commandsOf(asked: readonly ControlRequest[]): OperatorCommand[] {
  return asked.map((one) =>
    OperatorCommand.parse(z.looseObject({ command: z.unknown() }).parse(one).command),
  );
}

describe('commands', () => {
  it.each([
    ['pause', {}, { kind: 'pause' }],
    ['flatten', {}, { kind: 'flatten' }],
    ['kill-switch', {}, { kind: 'kill-switch' }],
    ['resume', {}, { kind: 'resume' }],
    ['close', { pair: 'BTC/USDT' }, { kind: 'close', pair: 'BTC/USDT' }],
    ['order', BUY, { kind: 'order', order: BUY }],
    ['order', SELL, { kind: 'order', order: SELL }],
  ])('%s goes to execution in the name of the token', async (name, body, expected) => {
    const { call, asked } = await testGateway();

    const answer = await call({
      path: `/api/v1/control/${name}`,
      as: 'admin',
      body: { ...body, reason: 'why' },
    });

    expect(answer).toMatchObject({ status: 200, body: { isDone: true, message: 'done' } });
    const [command] = commandsOf(asked);
    expect(command).toMatchObject({
      ...expected,
      by: 'api:admin',
      origin: '127.0.0.1',
      reason: 'why',
    });
    expect(answer.body['id']).toBe(command?.id);
  });

  it('needs no body where nothing has to be said', async () => {
    const { call, asked } = await testGateway();

    expect((await call({ path: '/api/v1/control/pause', as: 'trader' })).status).toBe(200);
    expect(commandsOf(asked)[0]?.reason).toBe('');
  });

  it.each([
    ['a refusal is a conflict in its own words', { isDone: false, message: 'refused: stale' }, 409],
    ['one that is kept is accepted', { isDone: false, isPending: true, message: 'kept' }, 202],
  ])('%s', async (_, told, status) => {
    const { call } = await testGateway({}, () => ({ id: 'x', ...told }));

    const answer = await call({ path: '/api/v1/control/order', as: 'admin', body: BUY });

    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(told.message);
  });

  it.each([
    ['nobody is there', () => undefined, 'coordinator-away'],
    ['it is silent', () => Promise.reject(new TransientError('desk-silent', 'x')), 'desk-silent'],
    [
      'it refuses',
      () => Promise.reject(new PermanentError('desk-refused', 'too many')),
      'desk-refused',
    ],
    [
      'its socket breaks',
      () => Promise.reject(Object.assign(new Error('x'), { syscall: 'read' })),
      'coordinator-away',
    ],
  ])('are away while %s', async (_, answer, code) => {
    const { call } = await testGateway({}, answer);

    const told = await call({ path: '/api/v1/control/pause', as: 'trader' });

    expect(told).toMatchObject({
      status: 503,
      body: { type: `urn:nightdesk:problem:${code}` },
      headers: { 'retry-after': '2' },
    });
  });

  it.each([
    ['close', {}, 'pair'],
    ['close', { pair: 'btc' }, 'pair'],
    ['order', { ...BUY, side: 'hold' }, 'side'],
    ['order', { ...BUY, share: 0.5 }, 'share'],
    ['order', { ...SELL, share: 2 }, 'share'],
    ['pause', { reason: 5 }, 'reason'],
    ['pause', { reason: 'x'.repeat(501) }, 'reason'],
    ['pause', { reason: '\ud800' }, 'reason'],
    ['pause', { colour: 'red' }, 'colour'],
    ['pause', [], ''],
  ])('%s with a wrong body is a 400 that names the part', async (name, body, parameter) => {
    const { call, asked } = await testGateway();

    const answer = await call({ path: `/api/v1/control/${name}`, as: 'admin', body });

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ parameter }] } });
    expect(asked).toEqual([]);
  });

  it.each([
    ['text/plain', 'pause', 415],
    ['application/json', '{', 400],
    ['application/json', '', 400],
    ['application/json', '{"__proto__":{"x":1}}', 400],
    ['application/json', JSON.stringify({ reason: 'x'.repeat(20_000) }), 413],
  ])('a body of %s that is no use is refused: %s', async (type, body, status) => {
    const { call } = await testGateway();

    const headers = { 'content-type': type };
    const answer = await call({ path: '/api/v1/control/pause', as: 'trader', body, headers });

    expect(answer.status).toBe(status);
  });
});

describe('raising risk', () => {
  it.each<[string, unknown]>([
    ['resume', {}],
    ['order', BUY],
  ])('%s takes an admin, or the leave of the config', async (name, body) => {
    const path = `/api/v1/control/${name}`;
    const strict = await testGateway();
    const free = await testGateway({ traders_may_raise_risk: true });

    const refused = await strict.call({ path, as: 'trader', body });
    expect(refused.status).toBe(403);
    expect(refused.headers['www-authenticate']).toContain('insufficient_scope');
    expect(strict.asked).toEqual([]);
    expect((await strict.call({ path, as: 'admin', body })).status).toBe(200);
    expect((await free.call({ path, as: 'trader', body })).status).toBe(200);
    expect((await free.call({ path, as: 'viewer', body })).status).toBe(403);
  });
});

describe('an Idempotency-Key', () => {
  const path = '/api/v1/control/pause';
  const headers = { 'idempotency-key': 'key-0001' };

  it('is carried out once, at once and later, each token having its own', async () => {
    const { call, asked } = await testGateway();
    const pause = (as: Holder) => call({ path, as, headers, body: {} });

    const [first, second] = await Promise.all([pause('trader'), pause('trader')]);
    const third = await pause('trader');
    await pause('admin');

    expect(first.body['id']).toBe(second.body['id']);
    expect(third.body).toEqual(first.body);
    expect(commandsOf(asked).map(({ by }) => by)).toEqual(['api:trader', 'api:admin']);
    expect(new Set(commandsOf(asked).map(({ id }) => id)).size).toBe(2);
  });

  it('asks again, with the same id, what was not decided or not answered', async () => {
    let turn = 0;
    const { call, asked } = await testGateway({}, () => {
      turn += 1;
      if (turn === 1) return undefined;
      return { id: 'x', isDone: turn > 2, ...(turn > 2 ? {} : { isPending: true }), message: 'm' };
    });
    const pause = async () => (await call({ path, as: 'trader', headers, body: {} })).status;

    expect([await pause(), await pause(), await pause(), await pause()]).toEqual([
      503, 202, 200, 200,
    ]);
    expect(asked).toHaveLength(3);
    expect(new Set(commandsOf(asked).map(({ id }) => id)).size).toBe(1);
  });

  it('cannot stand for two things', async () => {
    const { call, asked } = await testGateway();

    await call({ path, as: 'trader', headers, body: {} });
    const other = await call({ path: '/api/v1/control/flatten', as: 'trader', headers, body: {} });

    expect(other.status).toBe(422);
    expect(asked).toHaveLength(1);
  });

  it('has a form', async () => {
    const { call } = await testGateway();

    for (const key of ['short', 'x'.repeat(129), 'with space']) {
      const answer = await call({ path, as: 'trader', headers: { 'idempotency-key': key } });
      expect(answer.status, key).toBe(400);
    }
  });
});
