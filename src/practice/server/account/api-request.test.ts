import { describe, expect, it } from 'vitest';
import { parseRequest } from './api-request.ts';
import { replyText } from './api-reply.ts';
import { ApiError } from '../api-error.ts';

describe('requests of the WebSocket API', () => {
  it('are read with values as the text they are signed by', () => {
    const text =
      '{"id":"a-1","method":"v3/order.place","params":{"recvWindow":100,"symbols":["A"]}}';

    expect(parseRequest(text)).toEqual({
      id: 'a-1',
      method: 'order.place',
      parameters: new Map([
        ['recvWindow', '100'],
        ['symbols', '["A"]'],
      ]),
    });
    expect(parseRequest('{"id":null,"method":"ping"}')).toMatchObject({ id: null, method: 'ping' });
  });

  it.each([
    '',
    '[]',
    '{"id":',
    '{"id":{},"method":"ping"}',
    '{"id":7}',
    '{"id":7,"method":"x","params":[]}',
  ])('refuse %s', (text) => {
    expect(parseRequest(text)).toMatchObject({ error: { code: -1135 } });
  });
});

describe('answers of the WebSocket API', () => {
  it('have the request’s id, a status and the limits it counted for', () => {
    const text = replyText('x', { kind: 'result', body: '{"a":1}' }, { usedWeight: 3 });

    expect(JSON.parse(text)).toEqual({
      id: 'x',
      status: 200,
      result: { a: 1 },
      rateLimits: [
        {
          rateLimitType: 'REQUEST_WEIGHT',
          interval: 'MINUTE',
          intervalNum: 1,
          limit: 6000,
          count: 3,
        },
      ],
    });
  });

  it('say what failed, and when to come back', () => {
    const error = new ApiError(-1003, 'Too much', 429);
    const retry = { serverTime: 1, retryAfter: 9 };

    expect(JSON.parse(replyText(7, { kind: 'error', error, retry }, undefined))).toEqual({
      id: 7,
      status: 429,
      error: { code: -1003, msg: 'Too much', data: retry },
    });
  });
});
