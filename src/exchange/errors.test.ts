import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { classifyWriteError, readError } from './errors.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { rememberEvidence, type VenueFailure } from './venue-failure.ts';

function failure(more: Partial<VenueFailure> = {}): VenueFailure {
  return { classes: [], message: '', ...more };
}

describe('classifyWriteError', () => {
  it.each([
    [400, -1003, 'Too many requests.'],
    [429, -1003, 'Too many requests.'],
    [429, -1015, 'Too many new orders.'],
    [400, -1013, 'Filter failure: NOTIONAL'],
    [400, -1021, 'Timestamp for this request is outside of the recvWindow.'],
    [400, -1022, 'Signature for this request is not valid.'],
    [400, -1121, 'Invalid symbol.'],
    [400, -2010, 'Account has insufficient balance for requested action.'],
    [400, -2011, 'Unknown order sent.'],
    [401, -2015, 'Invalid API-key, IP, or permissions for action.'],
  ])('is refused by HTTP %i with code %i', (httpStatus, venueCode, venueMessage) => {
    expect(classifyWriteError(failure({ httpStatus, venueCode, venueMessage }))).toEqual({
      outcome: 'refused',
      code: venueCode,
      reason: venueMessage,
    });
  });

  it.each([
    ['a timeout', { classes: ['RequestTimeout'] }],
    ['a reset', { classes: ['NetworkError'] }],
    ['a bug on the way', { classes: ['TypeError'] }],
    ['nothing known at all', {}],
    ['5xx with a page', { httpStatus: 502 }],
    ['5xx although the code is one of refusal', { httpStatus: 503, venueCode: -2010 }],
    ['429 without a venue code', { httpStatus: 429, classes: ['DDoSProtection'] }],
    ['418 without a venue code', { httpStatus: 418 }],
    ['403 from a firewall', { httpStatus: 403 }],
    ['an unknown error of the venue', { httpStatus: 400, venueCode: -1000 }],
    ['an internal error', { httpStatus: 400, venueCode: -1001 }],
    ['an unexpected answer inside the venue', { httpStatus: 400, venueCode: -1006 }],
    ['a timeout inside the venue', { httpStatus: 408, venueCode: -1007 }],
    ['an overloaded venue', { httpStatus: 400, venueCode: -1008 }],
    ['a code nobody has listed', { httpStatus: 400, venueCode: -9999 }],
    ['half a cancel-replace', { httpStatus: 409, venueCode: -2021 }],
    ['HTTP 200 with a code in it', { httpStatus: 200, venueCode: -2010 }],
    ['a code without a status', { venueCode: -2010 }],
  ])('is unknown after %s', (_, known) => {
    expect(classifyWriteError(failure(known)).outcome).toBe('unknown');
  });

  it('takes a duplicate id for proof that an order is there', () => {
    const duplicate = { httpStatus: 400, venueCode: -2010, venueMessage: 'Duplicate order sent.' };

    expect(classifyWriteError(failure(duplicate))).toEqual({
      outcome: 'unknown',
      cause: 'duplicate client order id',
    });
  });
});

describe('readError', () => {
  it('leaves our own errors as they are', () => {
    const transient = new TransientError('venue-garbled', 'x');
    const permanent = new PermanentError('venue-auth', 'x');

    expect(readError(transient)).toBe(transient);
    expect(readError(permanent)).toBe(permanent);
  });

  it.each([
    ['BadSymbol', PermanentError, 'venue-unknown-symbol'],
    ['AuthenticationError', PermanentError, 'venue-auth'],
    ['BadRequest', PermanentError, 'venue-bad-request'],
    ['NotSupported', PermanentError, 'venue-not-supported'],
    ['RequestTimeout', TransientError, 'venue-unreachable'],
    ['ExchangeNotAvailable', TransientError, 'venue-unreachable'],
    ['ExchangeError', TransientError, 'venue-unreachable'],
    ['RateLimitExceeded', TransientError, 'venue-rate-limited'],
    ['DDoSProtection', TransientError, 'venue-rate-limited'],
  ] as const)('makes of a %s a %o with code %s', (name, kind, code) => {
    const Thrown = { [name]: class extends Error {} }[name] ?? Error;

    const known = readError(new Thrown('x'));

    expect(known).toBeInstanceOf(kind);
    expect(known.code).toBe(code);
  });

  it('says how long to wait after a rate limit that does not', () => {
    class DDoSProtection extends Error {}

    expect(readError(new DDoSProtection('x')).details['retryAfterMs']).toBe(10_000);
  });

  it('says that the keys were refused, whatever ccxt takes it for', () => {
    class DDoSProtection extends Error {}
    const client = {
      handleErrors: () => {
        throw new DDoSProtection('x');
      },
      handleHttpStatusCode: () => undefined,
    } as unknown as CcxtClient;
    rememberEvidence(client);
    let thrown: unknown;
    try {
      client.handleErrors(401, '', '', '', {}, '{"code":-2015,"msg":"Invalid API-key"}');
    } catch (error) {
      thrown = error;
    }

    const known = readError(thrown);

    expect(known).toBeInstanceOf(TransientError);
    expect(known).toMatchObject({ code: 'venue-auth', message: 'the venue refuses the keys' });
  });
});
