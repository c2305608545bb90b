/** The venue takes a pair away on which the desk has a position and its stop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { checkLedger } from '#ledger/index.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { eventually } from '../support/eventually.ts';
import { handWorld, handWorlds } from '../support/hand-world.ts';
import { liveDesk, type LiveDesk, showPrice } from '../support/live-desk.ts';
import { accountConfig } from '../support/practice-account.ts';
import { practice } from '../support/practice.ts';

const [BTC, ETH] = [Pair.parse('BTC/USDT'), Pair.parse('ETH/USDT')];
const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const WITHIN = { withinMs: 20_000 };

const openOf = ({ ledger }: LiveDesk, pair: Pair) =>
  ledger.read((query) => query.openOrders('live', pair));
const isGuarded = async (desk: LiveDesk, pair: Pair): Promise<boolean> =>
  (await openOf(desk, pair)).filter(({ status }) => status === 'open').length === 2;

it('ends the orders of a pair that the exchange has dropped, and a new process begins all the same', async () => {
  await using stack = new AsyncDisposableStack();
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-dropped-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const accountsFile = join(folder, 'accounts.jsonl');
  const accounts = accountConfig({ balances: { USDT: '10000' } });
  const [btc, eth] = [handWorld(clock, '100'), handWorld(clock, '100', 'ETH')];
  for (const each of [btc, eth]) showPrice(each, 100);
  const before = await practice({ clock, world: handWorlds([btc, eth]), accounts, accountsFile });
  const pairs = { morePairs: [ETH], startPairs: [BTC, ETH] };
  const first = await liveDesk({ url: before.url, hand: btc, folder, ...pairs });
  await first.execution.compared();
  await first.wish({ ...ENTER, pair: ETH });
  await eventually(() => isGuarded(first, ETH), WITHIN);
  await first.execution.settled();
  await first.die();
  await before.close();

  const fresh = handWorld(clock, '100');
  showPrice(fresh, 100);
  const after = await practice({ clock, world: fresh.world, accounts, accountsFile });
  stack.defer(() => after.close());
  const desk = stack.use(await liveDesk({ url: after.url, hand: fresh, folder }));
  await eventually(async () => (await openOf(desk, ETH)).length === 0, WITHIN);

  const told = desk.events.filter(({ kind }) => kind === 'order.pair-gone');
  expect(told.length).toBeGreaterThan(0);
  await desk.execution.compared();
  const { id } = await desk.wish({ ...ENTER, pair: BTC });
  const refused = () =>
    desk.events.find((event) => event.kind === 'intent.refused' && event.intentId === id);
  await eventually(() => Promise.resolve(refused() !== undefined), WITHIN);
  expect(refused(), 'what ETH is worth nobody knows').toMatchObject({ reasons: ['stale-mark'] });
  expect(await desk.ledger.read((query) => query.openDifferences('live'))).toEqual([]);
  expect(desk.problems).toEqual([]);
  expect((await checkLedger(join(desk.folder, 'ledger.db'))).problems).toEqual([]);
});
