/** A practice exchange on a free port and the real ccxt client pointed at it. */
import type ccxt from 'ccxt';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange, PracticeOptions } from '#practice/server/start-practice.ts';
import { fakeWorld } from './fake-world.ts';

export type Binance = InstanceType<typeof ccxt.pro.binance>;

/** On the fake world unless given another or a recording. */
export function practice(options: Partial<PracticeOptions> = {}): Promise<PracticeExchange> {
  const clock = options.clock ?? systemClock();
  const world = options.replay === undefined ? { world: fakeWorld(clock) } : {};
  return startPractice({ seed: 7, port: 0, log: silentLog(), clock, ...world, ...options });
}

export interface Client extends AsyncDisposable {
  readonly exchange: Binance;
}

/** ccxt's Binance client by deep import (the whole package costs 60 MB more). */
export async function ccxtClient(url: string): Promise<Client> {
  const path = new URL('./src/pro/binance.js', import.meta.resolve('ccxt')).href;
  const { default: BinanceClient } = (await import(path)) as {
    default: new (config: object) => Binance;
  };
  const rest = `${url}/api/v3`;
  const exchange = new BinanceClient({
    urls: {
      api: {
        public: rest,
        private: rest,
        v1: rest,
        ws: { spot: `${url.replace('http', 'ws')}/ws` },
      },
    },
    options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false, fetchMargins: false },
    enableRateLimit: false,
    timeout: 3000,
  });
  // Without this ccxt refuses ws:// addresses.
  await exchange.loadHttpProxyAgent();
  return { exchange, [Symbol.asyncDispose]: () => exchange.close().then(() => undefined) };
}

/** Posts a fault to the control endpoint; returns its id. */
export async function postFault(url: string, fault: object): Promise<string> {
  const response = await fetch(`${url}/practice/faults`, {
    method: 'POST',
    body: JSON.stringify(fault),
  });
  const body = (await response.json()) as { id?: string; error?: string };
  if (body.id === undefined) throw new Error(`fault refused: ${body.error}`);
  return body.id;
}

export async function clearFaults(url: string): Promise<void> {
  await fetch(`${url}/practice/faults`, { method: 'DELETE' });
}

/** What the makers of a symbol are to show. */
export async function orderLiquidity(url: string, wanted: object): Promise<void> {
  const body = JSON.stringify(wanted);
  const response = await fetch(`${url}/practice/liquidity`, { method: 'POST', body });
  if (response.status !== 201) throw new Error(`liquidity refused: ${await response.text()}`);
}
