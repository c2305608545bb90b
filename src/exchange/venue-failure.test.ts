import { describe, expect, it } from 'vitest';
import type { CcxtClient } from './ccxt-client.ts';
import { failureOf, rememberEvidence } from './venue-failure.ts';

/** As far as `rememberEvidence` sees of a client; it throws what ccxt would. */
function clientThatThrows(error: Error) {
  const thrower = (): never => {
    throw error;
  };
  const client = { handleErrors: thrower, handleHttpStatusCode: thrower };
  rememberEvidence(client as unknown as CcxtClient);
  return client as unknown as Pick<CcxtClient, 'handleErrors' | 'handleHttpStatusCode'>;
}

describe('rememberEvidence', () => {
  it('keeps status, Retry-After and the code of the body with the error', () => {
    const error = new RangeError('binance 429');
    const client = clientThatThrows(error);
    const body = '{"code":-1003,"msg":"Too many requests."}';

    expect(() => client.handleErrors(429, '', 'url', 'GET', { 'Retry-After': '7' }, body)).toThrow(
      error,
    );

    expect(failureOf(error)).toMatchObject({
      classes: ['RangeError', 'Error'],
      httpStatus: 429,
      retryAfterMs: 7_000,
      venueCode: -1003,
      venueMessage: 'Too many requests.',
    });
  });

  it('takes no code from a page', () => {
    const error = new Error('502');
    const client = clientThatThrows(error);

    expect(() =>
      client.handleHttpStatusCode(502, '', 'url', 'GET', '<html>-2010</html>'),
    ).toThrow();

    expect(failureOf(error).venueCode).toBeUndefined();
    expect(failureOf(error).httpStatus).toBe(502);
  });
});

describe('failureOf', () => {
  it('keeps query strings out of the message', () => {
    const error = new Error('GET https://x/api?symbol=A&signature=secret failed');

    expect(failureOf(error).message).not.toContain('secret');
  });

  it('describes what is no error at all', () => {
    expect(failureOf('text')).toEqual({ classes: [], message: 'text' });
  });
});
