import { format, mul, sub, sum, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import { gain, money, pairs, percent, span, stepped } from '../text/figures.ts';
import { bold, fixed, italic, type Line, plain } from '../text/line.ts';
import type { Button } from '../transport/bot-client.ts';
import { answer, type Command } from './command.ts';

export interface ValuedPosition {
  readonly position: Position;
  /** What a seller gets; undefined while no quote is known. */
  readonly bid: DecimalText | undefined;
  /** At cost without a bid. */
  readonly valueQuote: DecimalText;
  readonly openQuote: DecimalText | undefined;
}

// More buttons than this do not fit a screen; /close takes any pair.
const BUTTONS_MAX = 8;
const NONE = '0' as DecimalText;

export const positionsCommand: Command = {
  name: 'positions',
  help: 'what is held, at which price, with stop and target',
  role: 'viewer',
  canRefresh: true,
  run: async ({ desk }, { nowMs, user }) => {
    const held = await desk.positions();
    if (held.length === 0) return answer([plain('no position is open')]);
    const [quotes, rules] = await Promise.all([
      desk.quotes(held.map(({ pair }) => pair)),
      desk.instruments(),
    ]);
    const valued = held.map((position) => valuedAt(position, quotes.get(position.pair)));
    const open = format(sum(valued.map(({ openQuote }) => openQuote ?? NONE)));
    return answer(
      [
        ...valued.flatMap((one) => positionLines(one, rules.get(one.position.pair), nowMs)),
        plain(`open profit ${gain(open)} ${desk.quoteAsset}`),
        ...(valued.some(({ bid }) => bid === undefined)
          ? [italic('where no bid is known, the value is at cost')]
          : []),
      ],
      user.role === 'viewer' ? [] : closeButtons(held.map(({ pair }) => pair)),
    );
  },
};

export function valuedAt(position: Position, quote: Quote | undefined): ValuedPosition {
  if (quote === undefined) {
    return { position, bid: undefined, valueQuote: position.costQuote, openQuote: undefined };
  }
  const valueQuote = format(mul(position.qty, quote.bid));
  const openQuote = format(sub(valueQuote, position.costQuote));
  return { position, bid: quote.bid, valueQuote, openQuote };
}

function positionLines(
  { position, bid, valueQuote, openQuote }: ValuedPosition,
  rules: Instrument | undefined,
  nowMs: number,
): readonly Line[] {
  const price = (value: DecimalText | undefined, none: string) =>
    value === undefined ? none : stepped(value, rules?.tickSize);
  const cost = toNumber(position.costQuote);
  const rows: [string, string][] = [
    ['quantity', stepped(position.qty, rules?.stepSize)],
    ['bought at', price(position.averagePrice, '')],
    ['bid', price(bid, '?')],
    ['value', money(valueQuote)],
  ];
  if (openQuote !== undefined) {
    const share = cost > 0 ? ` (${percent(toNumber(openQuote) / cost)})` : '';
    rows.push(['profit', `${gain(openQuote)}${share}`]);
  }
  rows.push(
    ['stop', price(position.stopPrice, 'none')],
    ['target', price(position.targetPrice, 'none')],
    ['held', span(nowMs - position.openedMs)],
  );
  return [bold(position.pair), ...fixed(pairs(rows))];
}

function closeButtons(held: readonly Pair[]): readonly (readonly Button[])[] {
  const buttons = held
    .slice(0, BUTTONS_MAX)
    .map((pair): Button => ({ text: `Close ${pair}`, data: `p:close ${pair}` }));
  return Array.from({ length: Math.ceil(buttons.length / 2) }, (_, row) =>
    buttons.slice(row * 2, row * 2 + 2),
  );
}
