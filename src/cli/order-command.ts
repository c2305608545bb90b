import { parseArgs } from 'node:util';
import { ManualOrder } from '#core/model/operator-command.ts';
import { Pair } from '#core/model/pair.ts';
import { COMMAND_OPTIONS, sendCommand } from './operator-command.ts';
import { UsageError } from './usage-error.ts';

type Words = readonly string[];

/** `close PAIR`: sells what one pair holds and takes its orders back; nothing else changes. */
export async function closeCommand(args: Words, env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: COMMAND_OPTIONS,
    allowPositionals: true,
  });
  const [word, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`close takes one pair, not also "${more[0]}"`);
  return sendCommand({ kind: 'close', pair: pairOf('close', word) }, values, env);
}

const ORDER_OPTIONS = {
  ...COMMAND_OPTIONS,
  stop: { type: 'string' },
  target: { type: 'string' },
  risk: { type: 'string' },
  share: { type: 'string' },
} as const;

/** `order buy PAIR` and `order sell PAIR`: through the same gate as whatever the committee wants. */
export async function orderCommand(args: Words, env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: ORDER_OPTIONS,
    allowPositionals: true,
  });
  return sendCommand({ kind: 'order', order: manualOrder(positionals, values) }, values, env);
}

type Given = Partial<Record<'stop' | 'target' | 'risk' | 'share', string | undefined>>;

const FLAGS = { buy: ['stop', 'target', 'risk'], sell: ['share'] } as const;

const FIELDS = {
  stop: 'stopDistanceFraction',
  target: 'targetDistanceFraction',
  risk: 'riskFraction',
  share: 'share',
} as const;

/** What the words of `order` mean. @throws UsageError that says what would be right. */
export function manualOrder(words: Words, given: Given): ManualOrder {
  const [side, word, ...more] = words;
  if (side !== 'buy' && side !== 'sell') {
    throw new UsageError('expected "order buy PAIR" or "order sell PAIR"');
  }
  if (more.length > 0) throw new UsageError(`order ${side} takes one pair, not also "${more[0]}"`);
  const pair = pairOf(`order ${side}`, word);
  const flags = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  const named = flags.filter((flag) => given[flag] !== undefined);
  const known: readonly string[] = FLAGS[side];
  const wrong = named.find((flag) => !known.includes(flag));
  if (wrong !== undefined) throw new UsageError(`order ${side} does not take --${wrong}`);
  const numbers = Object.fromEntries(named.map((flag) => [FIELDS[flag], Number(given[flag])]));
  const order = ManualOrder.safeParse({ side, pair, ...numbers });
  if (order.success) return order.data;
  const flag = named.find((name) => order.error.issues[0]?.path[0] === FIELDS[name]);
  throw new UsageError(
    `--${flag} ${flag && given[flag]}: expected a fraction such as 0.02 for 2 %`,
  );
}

function pairOf(command: string, word: string | undefined): Pair {
  const pair = Pair.safeParse(word?.toUpperCase());
  if (pair.success) return pair.data;
  const found = word === undefined ? 'nothing' : `"${word}"`;
  throw new UsageError(`${command} expects a pair such as BTC/USDT and found ${found}`);
}
