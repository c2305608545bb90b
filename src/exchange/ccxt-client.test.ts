import { describe, expect, it } from 'vitest';
import { loadClient } from './ccxt-client.ts';

describe('a sandbox client', () => {
  it('talks to the test network over REST and sockets', async () => {
    const client = await loadClient({
      exchangeId: 'binance',
      requestTimeoutMs: 1_000,
      isSandbox: true,
    });

    const api = client.urls?.['api'] as Record<string, unknown>;
    expect(api['private']).toBe('https://testnet.binance.vision/api/v3');
    expect(JSON.stringify(api['ws'])).toContain('wss://ws-api.testnet.binance.vision');
    // What the test network lacks must not be asked of the real venue with its keys.
    expect(JSON.stringify(api)).not.toContain('api.binance.com');
  });

  it('is refused for a venue without a test network instead of using the real one', async () => {
    const load = loadClient({ exchangeId: 'kraken', requestTimeoutMs: 1_000, isSandbox: true });

    await expect(load).rejects.toThrow('kraken has no test network');
  });
});
