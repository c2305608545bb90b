import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { requestSigner, restSecret } from './request-signer.ts';

describe('requestSigner', () => {
  it('signs as the venue’s documentation does', () => {
    // web-socket-api.md, "SIGNED request example (HMAC)".
    const signer = requestSigner({
      apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
      secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
    });

    const { signature } = signer.sign({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01000000',
      price: '52000.00',
      recvWindow: 100,
      timestamp: 1645423376532,
    });

    expect(signature).toBe('aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24');
  });

  it('signs with an Ed25519 key', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

    const { signature } = requestSigner({ apiKey: 'k', secret }).sign({ b: 2, a: '1' });

    const publicKey = createPublicKey(privateKey);
    const given = Buffer.from(String(signature), 'base64');
    expect(verify(null, Buffer.from('a=1&apiKey=k&b=2'), publicKey, given)).toBe(true);
    // The length by which ccxt knows it.
    expect(restSecret(`${secret}\r\n\n`).length).toBeLessThanOrEqual(120);
  });

  it('refuses another key without showing it', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const broken = '-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----';

    for (const bad of [secret, broken]) {
      const make = (): unknown => requestSigner({ apiKey: 'k', secret: bad });
      expect(make).toThrow('is not a private Ed25519 key');
      expect(make).not.toThrow('secretsecret');
    }
  });
});
