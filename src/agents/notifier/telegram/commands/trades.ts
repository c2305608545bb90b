import { toNumber } from '#core/money/decimal.ts';
import { tradeStats } from '#core/portfolio/trade-stats.ts';
import type { RoundTrip } from '#ledger/records.ts';
import { counted, gain, percent, span, table } from '../text/figures.ts';
import { bold, fixed, plain } from '../text/line.ts';
import { countOf, pairOf } from './arguments.ts';
import { answer, type Command } from './command.ts';

const SHOWN = 10;
const SHOWN_MAX = 50;

export const tradesCommand: Command = {
  name: 'trades',
  usage: '[NUMBER] [PAIR]',
  help: 'the newest closed trades',
  role: 'viewer',
  run: async (ports, { args }) => {
    const { desk, zone } = ports;
    const number = args.find((word) => /^\d+$/.test(word));
    const word = args.find((one) => !/^\d+$/.test(one));
    const limit = countOf(number, { fallback: SHOWN, max: SHOWN_MAX });
    const pair = word === undefined ? {} : { pair: await pairOf(ports, word) };
    const { rows } = await desk.read((reader) =>
      reader.roundTrips({ account: desk.account, limit, ...pair }),
    );
    if (rows.length === 0) return answer([plain('no trade was closed yet')]);
    return answer([
      bold(`last ${counted(rows.length, 'closed trade')}, ${desk.quoteAsset}`),
      ...fixed(
        table([
          ['closed', 'base', 'profit', '%'],
          ...rows.map((trade) => [
            zone.short(trade.closedMs),
            trade.pair.split('/')[0] ?? '',
            gain(trade.profitQuote),
            share(trade),
          ]),
        ]),
      ),
      plain(`held ${span(tradeStats(rows).meanHoldMs ?? 0)} on average`),
    ]);
  },
};

function share({ profitQuote, boughtQuote }: RoundTrip): string {
  const bought = toNumber(boughtQuote);
  return bought > 0 ? percent(toNumber(profitQuote) / bought).replace('%', '') : '-';
}
