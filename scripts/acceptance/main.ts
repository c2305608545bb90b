/**
 * Acceptance by number: `main.ts [N] [flags of the item]`, without a number every item in turn.
 * Each prints its figures and one PASS or FAIL line; the exit code is 1 when one failed.
 */
import { itemFlags } from './flags.ts';
import type { RunItem } from './item.ts';

interface Item {
  readonly file: string;
  readonly title: string;
}

const ITEMS: Readonly<Record<string, Item>> = {
  1: { file: 'fresh-clone.ts', title: 'a fresh clone trades and passes its tests' },
  2: { file: 'trading.ts', title: 'trading on the practice exchange' },
  3: { file: 'replay.ts', title: 'trading on recorded candles' },
  4: { file: 'kills.ts', title: 'whatever is killed comes back' },
  5: { file: 'faults.ts', title: 'faults of the exchange' },
  6: { file: 'bench.ts', title: 'memory, latency and throughput' },
  7: { file: 'bad-input.ts', title: 'bad input and bad surroundings' },
  8: { file: 'production.ts', title: 'real orders after a promotion' },
  9: { file: 'kill-switch.ts', title: 'the kill switch on ten positions' },
  10: { file: 'production-kills.ts', title: 'real orders while everything is killed' },
  11: { file: 'telegram.ts', title: 'Telegram while everything fails' },
  12: { file: 'api.ts', title: 'reads a second, and ten thousand clients of the stream' },
  13: { file: 'prometheus.ts', title: 'a real Prometheus beside a desk' },
  14: { file: 'vps.ts', title: 'half an hour on a small VPS' },
  15: { file: 'soak.ts', title: 'an hour at one-second candles' },
  16: { file: 'weight-budget.ts', title: 'two desks and three tools on one address' },
  17: { file: 'risk.ts', title: 'the risk models' },
  18: { file: 'sentiment.ts', title: 'scoring of texts beside two general lexicons' },
  19: {
    file: 'pairs.ts',
    title: 'the chain of the pair-selector on a practice exchange and on recorded days',
  },
  20: { file: 'risk-crash.ts', title: 'a crash of the market on ten positions' },
  21: { file: 'cache-calls.ts', title: 'calls to the venue with the shared cache' },
};

function usage(): string {
  const items = Object.entries(ITEMS).map(
    ([number, { title }]) => `${number.padStart(4)}  ${title}`,
  );
  return [
    'scripts/acceptance.sh [ITEM] [flags]: without an item every one in turn, some hours of it.',
    'Each prints its figures and PASS or FAIL; the exit code is 1 when one failed.',
    '',
    ...items,
    '',
    '  --minutes N   how long an item that runs for a time runs',
    '  --seconds N   item 6: how long each measurement takes',
    '  --seed N      of the practice market and of what goes wrong (7)',
    '  --only NAME   items 1, 3, 5, 6, 7: one part of them',
  ].join('\n');
}

async function runItem(number: string, item: Item, args: readonly string[]): Promise<boolean> {
  console.log(`\n== ${number}. ${item.title}`);
  const startedMs = performance.now();
  try {
    const module = (await import(new URL(item.file, import.meta.url).href)) as { run: RunItem };
    return await module.run(args);
  } catch (error) {
    console.log(error);
    return false;
  } finally {
    console.log(`took ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  const isNumber = first !== undefined && !first.startsWith('-');
  const only = isNumber ? ITEMS[first] : undefined;
  if (isNumber && only === undefined) {
    console.error(`no item ${first}; items are ${Object.keys(ITEMS).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const wanted = isNumber && only !== undefined ? [[first, only] as const] : Object.entries(ITEMS);
  const args = isNumber ? rest : process.argv.slice(2);
  // Before the first item starts, hours before the last one would say it.
  itemFlags(args, usage());
  const lines: string[] = [];
  for (const [number, item] of wanted) {
    const isPassed = await runItem(number, item, args);
    if (!isPassed) process.exitCode = 1;
    lines.push(`${isPassed ? 'PASS' : 'FAIL'} ${number}. ${item.title}`);
    console.log(lines.at(-1));
  }
  if (lines.length > 1) console.log(`\n${lines.join('\n')}`);
}

await main();
