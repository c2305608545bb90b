import { expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import { add, format, sub } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { Quote } from '#core/model/market.ts';
import type { Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { checkLedger } from '#ledger/index.ts';
import { testDesk, type TestDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

/** The venue takes its fees in a coin that the desk does not trade. */
function withFeeCoin(event: OrderEvent): OrderEvent {
  if (event.kind !== 'fill') return event;
  return { ...event, fill: { ...event.fill, fee: '0.002' as DecimalText, feeAsset: 'BNB' } };
}

function payingInBnb(paper: Broker): Broker {
  return new Proxy(paper, {
    get: (target, name) => {
      if (name === 'listen') {
        return (hear: (event: OrderEvent) => void) =>
          target.listen((event) => hear(withFeeCoin(event)));
      }
      if (name === 'place') {
        return async (order: Order): Promise<CommandOutcome> => {
          const answer = await target.place(order);
          if (answer.outcome !== 'accepted') return answer;
          return { ...answer, events: answer.events.map(withFeeCoin) };
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function bought(bnb?: number): Promise<TestDesk> {
  const desk = await testDesk({}, { broker: payingInBnb });
  await desk.price(50_000);
  if (bnb !== undefined) {
    const atMs = desk.clock.now();
    const at = { pair: 'BNB/USDT', atMs, receivedMs: atMs, bidQty: '1', askQty: '1' };
    desk.execution.onQuote(Quote.parse({ ...at, bid: String(bnb - 1), ask: String(bnb) }));
  }
  await desk.send(ENTER);
  return desk;
}

const figures = (desk: TestDesk) => desk.ledger.read((query) => query.figures('shadow'));

it('takes a fee in a third coin for a cost, at the price of the coin', async () => {
  await using desk = await bought(600);

  const position = (await desk.ledger.read((query) => query.positions('shadow')))[0];
  const spent = sub('10000' as DecimalText, await cash(desk));
  expect(format(sub(position?.costQuote ?? ('0' as DecimalText), spent))).toBe('1.2');
  expect(await figures(desk)).toMatchObject({ feesQuote: '1.2' });
  expect((await checkLedger(desk.ledgerPath)).problems).toEqual([]);
});

it('takes it for the whole fee of the account where the price of the coin is not known', async () => {
  await using desk = await bought();

  const [fill] = desk.events.flatMap((event) =>
    event.kind === 'order.filled' ? [event.fill] : [],
  );
  expect(Number((await figures(desk))?.feesQuote)).toBeCloseTo(Number(fill?.quoteQty) * 0.001, 9);
});

async function cash(desk: TestDesk) {
  return desk.ledger.read(async (query) =>
    add(
      await query.balance('shadow', 'free', 'USDT'),
      await query.balance('shadow', 'held', 'USDT'),
    ),
  );
}
