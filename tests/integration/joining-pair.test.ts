/** A pair joins a real account on which things have happened to it that nobody was told of. */
import { afterEach, describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { checkLedger } from '#ledger/index.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type HandWorld, handWorld, handWorlds } from '../support/hand-world.ts';
import { liveDesk, type LiveDesk, type LiveDeskOptions, showPrice } from '../support/live-desk.ts';
import { accountConfig, UID } from '../support/practice-account.ts';
import { practice } from '../support/practice.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');
const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const WITHIN = { withinMs: 15_000 };

const closers: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface World {
  readonly exchange: PracticeExchange;
  readonly hand: HandWorld;
  /** True while the venue does not say what is open. */
  isSilent: boolean;
  desk: LiveDesk;
}

async function world(): Promise<World> {
  const clock = systemClock();
  const [hand, eth] = [handWorld(clock, '100'), handWorld(clock, '100', 'ETH')];
  for (const each of [hand, eth]) showPrice(each, 100);
  const balances = { USDT: '10000', BTC: '2' };
  const exchange = await practice({
    clock,
    world: handWorlds([hand, eth]),
    accounts: accountConfig({ balances }),
  });
  closers.push(() => exchange.close());
  const it_ = { exchange, hand, isSilent: false } as World;
  await live(it_, {});
  return it_;
}

async function live(it_: World, options: Partial<LiveDeskOptions>): Promise<void> {
  const { exchange, hand } = it_;
  const venue = (real: TradingVenue): TradingVenue => withoutWord(real, it_);
  it_.desk = await liveDesk({ url: exchange.url, hand, morePairs: [ETH], venue, ...options });
  const { desk } = it_;
  closers.push(() => desk[Symbol.asyncDispose]());
  await desk.execution.compared();
}

/** The account's stream tells nothing of ETH, and for a while the account cannot be asked about. */
function withoutWord(real: TradingVenue, it_: World): TradingVenue {
  return {
    ...real,
    openOrders: () => {
      if (!it_.isSilent) return real.openOrders();
      return Promise.reject(new TransientError('venue-unavailable', 'silent'));
    },
    watch: (listener) =>
      real.watch({
        ...listener,
        onFlow: () => undefined,
        onOrder: (order, trade) => {
          const isOwn = order.clientOrderId.startsWith('nd');
          if (order.pair !== ETH || isOwn) listener.onOrder(order, trade);
        },
      }),
  };
}

async function byHand({ exchange }: World, action: string, body: object): Promise<void> {
  const answer = await fetch(`${exchange.url}/practice/accounts/${UID}/${action}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

/** Somebody's order rests on ETH, and coins of it have come from nowhere. */
async function meddle(it_: World): Promise<void> {
  await byHand(it_, 'order', {
    symbol: 'ETHUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.2',
    price: '90',
    newClientOrderId: 'web_1',
  });
  await byHand(it_, 'move', { asset: 'ETH', delta: '1.5' });
}

function choose({ desk }: World, ...pairs: readonly Pair[]): void {
  const atMs = Date.now();
  const chosen = pairs.map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: '' }));
  desk.execution.onUniverse(Universe.parse({ atMs, version: atMs, pairs: chosen, chain: [] }));
}

/** Reasons against an entry; empty when it was taken. */
async function entry({ desk }: World, pair: Pair): Promise<readonly string[]> {
  const { id } = await desk.wish({ ...ENTER, pair });
  const answer = () =>
    desk.events.find(
      (e) => (e.kind === 'intent.accepted' || e.kind === 'intent.refused') && e.intentId === id,
    );
  await eventually(() => answer() !== undefined, { ...WITHIN, what: 'the intent is decided' });
  const told = answer();
  return told?.kind === 'intent.refused' ? told.reasons : [];
}

const held = ({ desk }: World, pair: Pair) =>
  desk.ledger.read((query) => query.position('live', pair));
const halts = ({ desk }: World) => desk.ledger.read((query) => query.halts());
const external = ({ desk }: World) => desk.ledger.read((query) => query.externalOrders('live'));

async function obey({ desk }: World, kind: 'accept-differences' | 'kill-switch' | 'resume') {
  const about = { by: 'ada', reason: 'by hand', issuedMs: Date.now() };
  return desk.execution.obey({ id: `command-${kind}`, kind, ...about });
}

async function untilFound(it_: World): Promise<void> {
  await eventually(async () => (await halts(it_)).length > 0, { ...WITHIN, what: 'a halt' });
  const [halt] = await halts(it_);
  expect(halt?.reason).toContain('ETH: expected 0, found 1.5 (1.5 too much)');
  expect(await external(it_)).toMatchObject([{ pair: ETH, clientOrderId: 'web_1' }]);
  expect(await entry(it_, ETH)).toContain('halted');
}

describe('a pair that joins', () => {
  it('is compared before its first entry, traded, and sold with the rest', async () => {
    const it_ = await world();
    expect(await entry(it_, ETH), 'nobody has chosen it').toEqual(['pair-joining']);
    await meddle(it_);

    it_.isSilent = true;
    choose(it_, BTC, ETH);
    expect(await entry(it_, ETH)).toEqual(['pair-joining']);
    expect(await entry(it_, BTC), 'the others go on').toEqual([]);

    it_.isSilent = false;
    await untilFound(it_);
    expect((await obey(it_, 'accept-differences')).message).toBe('accepted 1: balance ETH');
    await it_.desk.execution.compared();
    await eventually(async () => (await entry(it_, ETH)).length === 0, WITHIN);
    await eventually(async () => (await held(it_, ETH)) !== undefined, WITHIN);

    // Out of the universe again, and still the desk's to sell.
    choose(it_, BTC);
    await obey(it_, 'kill-switch');
    const isFlat = async (pair: Pair): Promise<boolean> => (await held(it_, pair)) === undefined;
    await eventually(async () => (await isFlat(ETH)) && isFlat(BTC), WITHIN);
    await it_.desk.execution.compared();

    const open = await it_.desk.ledger.read((query) => query.openDifferences('live'));
    expect(open).toEqual([]);
    expect(await external(it_), 'the person keeps the order').toHaveLength(1);
    expect(it_.desk.problems).toEqual([]);
    expect((await checkLedger(join(it_.desk.folder, 'ledger.db'))).problems).toEqual([]);
  });

  it('is compared by the next process when this one is killed on the way', async () => {
    const it_ = await world();
    await meddle(it_);
    it_.isSilent = true;
    choose(it_, BTC, ETH);
    expect(await entry(it_, ETH)).toEqual(['pair-joining']);
    const { folder } = it_.desk;
    await it_.desk.die();

    // By now the universe on the disk names it.
    it_.isSilent = false;
    await live(it_, { folder, startPairs: [BTC, ETH] });

    await untilFound(it_);
    expect(await held(it_, ETH)).toBeUndefined();
    expect(it_.desk.events.filter(({ kind }) => kind === 'intent.accepted')).toEqual([]);
  });
});
