/** /order: what is open, one order with its history, or an order by hand through the gate. */
import type { ManualOrder } from '#core/model/operator-command.ts';
import type { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { mayAct } from '../access/who.ts';
import { money, pairs, percent, stepped } from '../text/figures.ts';
import { bold, fixed, type Line, plain } from '../text/line.ts';
import { fractionOf, namedArguments, pairOf } from './arguments.ts';
import { answer, type Answer, AskedWrongly, type Command, type CommandPorts } from './command.ts';

const OPEN_SHOWN = 20;

export const orderCommand: Command = {
  name: 'order',
  usage: '[ID | PAIR buy [stop 2%] [target 4%] [risk 0.5%] | PAIR sell [50%]]',
  help: 'open orders, one order, or (trader) an order by hand through the gate',
  role: 'viewer',
  run: async (ports, { args, user }) => {
    const [first, side, ...words] = args;
    if (first === undefined) return openOrders(ports);
    if (side === undefined) return oneOrder(ports, first);
    if (!mayAct(user.role, 'trader')) throw new AskedWrongly('an order needs the role trader');
    const order = manualOrder(await pairOf(ports, first), side.toLowerCase(), words);
    return {
      kind: 'confirm',
      label: `${order.side === 'buy' ? 'Buy' : 'Sell'} ${order.pair}`,
      lines: [bold(`${order.side} ${order.pair} by hand?`), ...(await wishLines(ports, order))],
      wish: { kind: 'commands', commands: [{ kind: 'order', order, reason: '/order' }] },
    };
  },
};

function manualOrder(pair: Pair, side: string, words: readonly string[]): ManualOrder {
  if (side === 'sell') {
    const [share, ...rest] = words;
    if (rest.length > 0) throw new AskedWrongly(`what is "${rest.join(' ')}" after the share?`);
    if (share === undefined) return { side, pair };
    return { side, pair, share: fractionOf(share, { name: 'share', max: 1 }) };
  }
  if (side !== 'buy') throw new AskedWrongly(`${side} is neither buy nor sell`);
  const named = namedArguments(words, ['stop', 'target', 'risk']);
  const given = (name: string, max: number): number | undefined => {
    const text = named.get(name);
    return text === undefined ? undefined : fractionOf(text, { name, max });
  };
  const stop = given('stop', 0.99);
  const target = given('target', 10);
  const risk = given('risk', 0.99);
  return {
    side,
    pair,
    ...(stop === undefined ? {} : { stopDistanceFraction: stop }),
    ...(target === undefined ? {} : { targetDistanceFraction: target }),
    ...(risk === undefined ? {} : { riskFraction: risk }),
  };
}

async function wishLines({ desk }: CommandPorts, order: ManualOrder): Promise<readonly Line[]> {
  const [rules, quotes, held] = await Promise.all([
    desk.instruments(),
    desk.quotes([order.pair]),
    desk.positions(),
  ]);
  const rule = rules.get(order.pair);
  const quote = quotes.get(order.pair);
  const own = held.find(({ pair }) => pair === order.pair);
  const shown = (value: number | undefined) => (value === undefined ? 'by config' : percent(value));
  const rows: [string, string][] =
    order.side === 'buy'
      ? [
          ['ask', quote === undefined ? '?' : stepped(quote.ask, rule?.tickSize)],
          ['stop below', shown(order.stopDistanceFraction)],
          ['target above', shown(order.targetDistanceFraction)],
          ['risk of equity', shown(order.riskFraction)],
        ]
      : [
          ['bid', quote === undefined ? '?' : stepped(quote.bid, rule?.tickSize)],
          ['held', own === undefined ? 'nothing' : stepped(own.qty, rule?.stepSize)],
          ['share to sell', percent(order.share ?? 1)],
        ];
  return [...fixed(pairs(rows)), plain('the gate sizes it, and may refuse it')];
}

async function openOrders({ desk }: CommandPorts): Promise<Answer> {
  const { rows, nextCursor } = await desk.read((reader) =>
    reader.orders({ account: desk.account, isOpen: true, limit: OPEN_SHOWN }),
  );
  if (rows.length === 0) return answer([plain('no order is open')]);
  const rules = await desk.instruments();
  const lines = rows.flatMap((order) => {
    const rule = rules.get(order.pair);
    const price = order.price ?? order.stopPrice;
    return [
      bold(heading(order)),
      ...fixed(
        pairs([
          ['id', order.clientOrderId],
          ['quantity', stepped(order.qty, rule?.stepSize)],
          ['price', price === undefined ? 'market' : stepped(price, rule?.tickSize)],
          ['status', order.status],
        ]),
      ),
    ];
  });
  return answer(nextCursor === undefined ? lines : [...lines, plain('and older ones')]);
}

async function oneOrder({ desk, zone }: CommandPorts, idStart: string): Promise<Answer> {
  const { rows, events } = await desk.read(async (reader) => {
    const found = await reader.orders({ idStart, limit: 2 });
    const id = found.rows[0]?.clientOrderId;
    return { rows: found.rows, events: id === undefined ? [] : await reader.orderEvents(id) };
  });
  const [order] = rows;
  if (order === undefined) throw new AskedWrongly(`there is no order ${idStart}`);
  if (rows.length > 1) throw new AskedWrongly(`more than one order begins with ${idStart}`);
  const rule = (await desk.instruments()).get(order.pair);
  return answer([
    bold(heading(order)),
    ...fixed(
      pairs([
        ['id', order.clientOrderId],
        ['intent', order.intentId],
        ['type', order.type],
        ['quantity', stepped(order.qty, rule?.stepSize)],
        ['filled', stepped(order.filledQty, rule?.stepSize)],
        [`filled ${desk.quoteAsset}`, money(order.filledQuote)],
        ['status', order.status],
      ]),
    ),
    ...events.map(({ atMs, event, to }) => plain(`${zone.dateTime(atMs)} ${event}: ${to}`)),
  ]);
}

function heading({ pair, leg, side, type }: Order): string {
  return `${pair} ${leg}: ${side} ${type}`;
}
