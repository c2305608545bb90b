import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedBy, restPayload, socketPayload } from './signature.ts';

// The example of rest-api.md, "HMAC Keys".
const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const QUERY =
  'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000' +
  '&timestamp=1499827319559';
const SIGNATURE = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71';
const hmac = { secret: SECRET, publicKey: undefined };

describe('signatures', () => {
  it('take the HMAC example of the venue, in either case of letters', () => {
    const payload = restPayload(`${QUERY}&signature=${SIGNATURE}`, '');

    expect(payload).toBe(QUERY);
    expect(isSignedBy(hmac, payload, SIGNATURE)).toBe(true);
    expect(isSignedBy(hmac, payload, SIGNATURE.toUpperCase())).toBe(true);
    expect(isSignedBy(hmac, payload.replace('quantity=1', 'quantity=2'), SIGNATURE)).toBe(false);
    expect(isSignedBy(hmac, payload, SIGNATURE.slice(2))).toBe(false);
  });

  it('take the venue’s example of parameters in query and body', () => {
    // rest-api.md: the query string and the body are joined without an ampersand.
    const query = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC';
    const body = 'quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
    const signature = '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77';

    expect(isSignedBy(hmac, restPayload(query, `${body}&signature=${signature}`), signature)).toBe(
      true,
    );
  });

  it('take Ed25519 in base64, and only of the very bytes', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, Buffer.from(QUERY), privateKey).toString('base64');
    const ed25519 = { secret: undefined, publicKey };

    expect(isSignedBy(ed25519, QUERY, signature)).toBe(true);
    expect(isSignedBy(ed25519, `${QUERY} `, signature)).toBe(false);
    expect(isSignedBy(ed25519, QUERY, SIGNATURE), 'no HMAC for this key').toBe(false);
    expect(isSignedBy({ secret: SECRET, publicKey }, QUERY, signature)).toBe(true);
  });

  it('sort the parameters of a WebSocket request by name', () => {
    const parameters = new Map([
      ['symbol', 'BTCUSDT'],
      ['apiKey', 'k'],
      ['signature', 'x'],
      ['recvWindow', '100'],
    ]);

    expect(socketPayload(parameters)).toBe('apiKey=k&recvWindow=100&symbol=BTCUSDT');
  });

  it('take the venue’s example with a name that is not ASCII, percent-encoded as it came', () => {
    const encoded = QUERY.replace(
      'LTCBTC',
      '%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96',
    );
    const signature = 'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3';

    expect(isSignedBy(hmac, restPayload(encoded, ''), signature)).toBe(true);
    expect(isSignedBy(hmac, restPayload(decodeURIComponent(encoded), ''), signature)).toBe(false);
  });
});
