/** /close, /flatten, /killswitch: each shows what it would sell and for how much, and asks. */
import { format, sum } from '#core/money/decimal.ts';
import type { Position } from '#core/model/position.ts';
import { counted, gain, money, pairs, stepped } from '../text/figures.ts';
import { bold, fixed, type Line, plain } from '../text/line.ts';
import { pairOf } from './arguments.ts';
import { answer, AskedWrongly, type Command, type CommandPorts } from './command.ts';
import { valuedAt } from './positions.ts';

export const closeCommand: Command = {
  name: 'close',
  usage: 'PAIR | all',
  help: 'sell a position, or all of them; new ones are taken as before',
  role: 'trader',
  run: async (ports, { args }) => {
    const [word] = args;
    if (word === undefined) throw new AskedWrongly('which pair? /close BTC/USDT or /close all');
    const held = await ports.desk.positions();
    const pair = word.toLowerCase() === 'all' ? undefined : await pairOf(ports, word);
    const wanted = held.filter((position) => pair === undefined || position.pair === pair);
    if (wanted.length === 0) return answer([plain(`nothing of ${pair ?? 'any pair'} is held`)]);
    return {
      kind: 'confirm',
      label: pair === undefined ? `Close ${counted(wanted.length, 'position')}` : `Close ${pair}`,
      lines: await sellingLines(ports, wanted, 'sell at the market?'),
      wish: {
        kind: 'commands',
        commands: wanted.map((position) => ({
          kind: 'close',
          pair: position.pair,
          reason: pair === undefined ? '/close all' : '/close',
        })),
      },
    };
  },
};

export const flattenCommand = sellAllCommand({
  name: 'flatten',
  kind: 'flatten',
  help: 'sell everything and take nothing new until /resume',
  label: 'Sell everything',
  question: 'sell everything and take nothing new until /resume?',
});

export const killSwitchCommand = sellAllCommand({
  name: 'killswitch',
  kind: 'kill-switch',
  help: 'emergency: cancel and sell everything, stay down until /resume',
  label: 'KILL',
  question: 'emergency: sell everything and stay down until /resume?',
});

function sellAllCommand(spec: {
  readonly name: string;
  readonly kind: 'flatten' | 'kill-switch';
  readonly help: string;
  readonly label: string;
  readonly question: string;
}): Command {
  return {
    name: spec.name,
    usage: '[REASON]',
    help: spec.help,
    role: 'trader',
    run: async (ports, { args }) => ({
      kind: 'confirm',
      label: spec.label,
      lines: await sellingLines(ports, await ports.desk.positions(), spec.question),
      wish: { kind: 'commands', commands: [{ kind: spec.kind, reason: args.join(' ') }] },
    }),
  };
}

/** What would be sold, at what it would bring now. */
async function sellingLines(
  { desk }: CommandPorts,
  wanted: readonly Position[],
  question: string,
): Promise<readonly Line[]> {
  const [quotes, rules] = await Promise.all([
    desk.quotes(wanted.map(({ pair }) => pair)),
    desk.instruments(),
  ]);
  const valued = wanted.map((position) => valuedAt(position, quotes.get(position.pair)));
  const total = format(sum(valued.map(({ valueQuote }) => valueQuote)));
  return [
    bold(question),
    ...fixed(
      pairs(
        valued.flatMap(({ position, valueQuote, openQuote }): [string, string][] => [
          [position.pair, stepped(position.qty, rules.get(position.pair)?.stepSize)],
          ['  brings about', money(valueQuote)],
          ['  profit', openQuote === undefined ? 'no bid known' : gain(openQuote)],
        ]),
      ),
    ),
    plain(
      `${counted(wanted.length, 'position')}, about ${money(total)} ${desk.quoteAsset}, ${desk.account}`,
    ),
  ];
}
