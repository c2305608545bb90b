import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PracticeConfig } from '../../config.ts';
import { keyRing } from './api-keys.ts';

const ring = (...accounts: object[]) => keyRing(PracticeConfig.parse({ accounts }).accounts);

describe('API keys', () => {
  it('belong to accounts that have one, with the rights of each', () => {
    const keys = ring(
      { uid: 7, api_key: 'seven777', api_secret: 's', can_trade: false, ip_restricted: false },
      { uid: 8 },
    );

    expect(keys.find('seven777')).toEqual({
      text: 'seven777',
      uid: 7,
      secret: 's',
      publicKey: undefined,
      canTrade: false,
      canWithdraw: false,
      isIpRestricted: false,
    });
    expect(keys.find('eight888')).toBeUndefined();
  });

  it('take an Ed25519 public key as PEM or as base64', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const keys = ring(
      { uid: 1, api_key: 'first111', ed25519_public_key: pem },
      { uid: 2, api_key: 'second22', ed25519_public_key: der },
    );

    expect(keys.find('first111')?.publicKey?.equals(publicKey)).toBe(true);
    expect(keys.find('second22')?.publicKey?.equals(publicKey)).toBe(true);
  });

  it('refuse what is no Ed25519 key and one key for two accounts', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const rsa = publicKey.export({ format: 'pem', type: 'spki' }).toString();

    expect(() => ring({ api_key: 'first111', ed25519_public_key: rsa })).toThrow('not Ed25519');
    expect(() => ring({ api_key: 'first111', ed25519_public_key: 'none' })).toThrow('cannot be');
    expect(() => ring({ uid: 1, api_key: 'first111' }, { uid: 2, api_key: 'first111' })).toThrow(
      'two accounts',
    );
  });
});
