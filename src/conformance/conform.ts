import { runConformance } from '#broker/conformance/run-conformance.ts';
import type { ConformanceWorld } from '#broker/conformance/conformance-world.ts';
import { LiveBroker } from '#broker/live/live-broker.ts';
import { format, max, parse, sub, ZERO } from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { quoteOf } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { ConformanceCase } from '#core/promotion/conformance.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { freshId, hashId } from '#platform/ids.ts';
import { silentLog } from '#platform/log/log.ts';

/** No desk gives ids like these, so no desk takes the orders of a run for its own. */
const TAG = 'ndconf';
const WITHIN_MS = 8_000;
const LOOK_MS = 200;
const TINY_ORDERS = 10;

export interface ConformOptions {
  readonly market: MarketVenue;
  readonly account: TradingVenue;
  readonly instrument: Instrument;
  readonly clock: Clock;
  readonly onCase: (result: ConformanceCase) => void;
}

/** Runs the broker's conformance cases on a real account through the desk's own live broker. */
export async function conform(options: ConformOptions): Promise<readonly ConformanceCase[]> {
  const { account, instrument, clock } = options;
  const ending = new AbortController();
  const told: OrderEvent[] = [];
  const broker = new LiveBroker({
    account: 'conformance',
    tag: TAG,
    venue: account,
    clock: venueTime(options),
    log: silentLog(),
    signal: ending.signal,
    background: (_name, work) => void work.catch(() => undefined),
  });
  broker.listen((event) => told.push(event));
  broker.open();
  try {
    await assertMoney(options);
    await Promise.race([
      broker.restore({
        pair: instrument.pair,
        orders: [],
        ownedQty: '0' as DecimalText,
        seen: undefined,
      }),
      clock.sleep(WITHIN_MS),
    ]);
    const world = await worldOf(options, broker, told);
    return await runConformance(world, options.onCase);
  } finally {
    ending.abort();
    await broker.close();
  }
}

async function worldOf(
  { market, account, instrument, clock }: ConformOptions,
  broker: LiveBroker,
  told: readonly OrderEvent[],
): Promise<ConformanceWorld> {
  const free = (asset: string): Promise<DecimalText> => freeOf(account, asset);
  const before = await free(instrument.base);
  const step = instrument.marketStepSize ?? instrument.stepSize;
  return {
    broker,
    instrument,
    told,
    quote: async () => {
      const [quote] = await market.reads.quotes([instrument.pair]);
      if (quote === undefined) throw new Error(`no quote of ${instrument.pair}`);
      return quote;
    },
    bought: async () => {
      const gained = max(ZERO, sub(await free(instrument.base), before));
      return format(floorToStep(gained, isStep(step) ? step : instrument.stepSize));
    },
    eventually: async (isTrue) => {
      const untilMs = clock.monotonic() + WITHIN_MS;
      for (;;) {
        if (await isTrue()) return true;
        if (clock.monotonic() > untilMs) return false;
        await clock.sleep(LOOK_MS);
      }
    },
    nowMs: () => market.clock.now(),
    nextId: () => `${TAG}${hashId([freshId()], 24)}`,
  };
}

/** A step of 0 means none, which a sale cannot be rounded to. */
function isStep(step: DecimalText): boolean {
  return Number(step) > 0;
}

async function freeOf(account: TradingVenue, asset: string): Promise<DecimalText> {
  const balances = await account.balances();
  return balances.find((balance) => balance.asset === asset)?.free ?? ('0' as DecimalText);
}

async function assertMoney({ account, instrument }: ConformOptions): Promise<void> {
  const asset = quoteOf(instrument.pair);
  const free = parse(await freeOf(account, asset));
  const needed = Number(instrument.minNotional) * TINY_ORDERS;
  if (Number(format(free)) >= needed) return;
  throw new ConfigError(
    `the account has ${format(free)} ${asset} free; conformance needs ${needed} for its tiny orders`,
  );
}

/** What signs and what is compared with the venue's answers must be the venue's time. */
function venueTime({ market, clock }: ConformOptions): Clock {
  return { ...clock, now: () => market.clock.now() };
}
