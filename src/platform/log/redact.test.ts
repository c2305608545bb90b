import { describe, expect, it, vi } from 'vitest';
import { DeskError } from '../errors.ts';
import { REDACTED, createRedactor } from './redact.ts';

const KEY = 'k3y-planted-0123456789';

describe('createRedactor', () => {
  it('hides what it is told later, in every form it may take', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----\n';
    const redactor = createRedactor();
    redactor.hide('a/secret+with=signs');
    redactor.hide(pem);

    for (const text of [
      'x a/secret+with=signs x',
      'x a%2Fsecret%2Bwith%3Dsigns x',
      JSON.stringify({ pem }),
      'MC4CAQAwBQYDK2Vw',
    ]) {
      expect(redactor.text(text)).not.toMatch(/secret|MC4C/);
    }
  });

  it('keeps each once, however often it is told', () => {
    const redactor = createRedactor();
    const replaced = vi.spyOn(String.prototype, 'replaceAll');
    for (let reload = 0; reload < 50; reload += 1) redactor.hide('planted-secret');

    redactor.text('x');

    expect(replaced).toHaveBeenCalledTimes(1);
    replaced.mockRestore();
  });

  it('hides a secret that stands where a long text is cut', () => {
    const redactor = createRedactor([KEY]);

    for (let at = 8_170; at <= 8_200; at += 1) {
      expect(redactor.text(`${'x'.repeat(at)}${KEY}${'x'.repeat(99)}`)).not.toContain('k3y');
    }
  });

  it.each([
    ['at the top', { apiKey: KEY }],
    ['in snake case', { api_key: KEY }],
    ['four levels down', { a: { b: { c: { secret: KEY } } } }],
    ['inside a list', { accounts: [{ password: KEY }] }],
    ['inside a map', { accounts: new Map([['token', KEY]]) }],
    ['as a whole object of headers', { request: { headers: { 'X-MBX-APIKEY': KEY } } }],
    ['as a header itself', { 'X-MBX-APIKEY': KEY }],
    ['in a signed query', { url: `https://venue/api?symbol=A&signature=${KEY}&x=1` }],
    ['in an address', { url: `redis://desk:${KEY}@host:6379` }],
    ['as the name in an address', { url: `https://${KEY}@host/rss` }],
    ['in json text', { body: `{"apiKey":"${KEY}"}` }],
    ['in an authorization text', { line: `Authorization: Bearer ${KEY}` }],
    ['in an error message', { err: new Error(`refused for signature=${KEY}`) }],
    ['in the cause of an error', { err: new Error('no', { cause: { secret: KEY } }) }],
    [
      'in the details of an error',
      { err: new DeskError('x', 'no', { details: { apiKey: KEY, deep: { token: KEY } } }) },
    ],
    ['in an aggregate error', { err: new AggregateError([new Error(`token=${KEY}`)], 'many') }],
  ])('hides a key planted %s', (_where, fields) => {
    const clean = JSON.stringify(createRedactor().fields(fields));

    expect(clean).not.toContain(KEY);
    expect(clean).toContain(REDACTED);
  });

  it('hides a known secret wherever it stands', () => {
    const redactor = createRedactor([KEY]);

    expect(JSON.stringify(redactor.fields({ note: `before ${KEY} after` }))).not.toContain(KEY);
    expect(redactor.text(`message with ${KEY}`)).toBe(`message with ${REDACTED}`);
  });

  it('leaves out the properties that HTTP errors carry', () => {
    const error = Object.assign(new Error('502'), {
      config: { headers: { any: KEY } },
      request: { path: KEY },
      response: { data: KEY },
    });

    const clean = createRedactor().fields({ err: error });

    expect(JSON.stringify(clean)).not.toContain(KEY);
    expect(clean['err']).toMatchObject({ type: 'Error', message: '502' });
  });

  it('leaves ordinary fields as they are', () => {
    const fields = { pair: 'BTC/USDT', ageMs: 12, tokens: 40, keys: ['a'], monkey: 'x', ok: true };

    expect(createRedactor().fields(fields)).toEqual(fields);
  });

  it('keeps numbers and empty values under secret names, which tell that no secret is set', () => {
    expect(createRedactor().fields({ token: null, password: '' })).toEqual({
      token: null,
      password: '',
    });
  });

  it('bounds depth, width and text of a hostile value', () => {
    const loop: Record<string, unknown> = { wide: Array.from({ length: 10_000 }, () => 'x') };
    loop['self'] = loop;
    loop['long'] = 'y'.repeat(100_000);

    expect(JSON.stringify(createRedactor().fields(loop)).length).toBeLessThan(100_000);
  });
});
