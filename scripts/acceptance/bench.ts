/**
 * Acceptance item 6: what the desk costs and how fast it is. Three desks one after the other (1s as
 * it is, 1s with an analyst that trades at every close, 1m), then the benches that need none.
 *   --seconds N   length of each measurement (60)
 *   --only NAME   desk, orders, minute or parts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { distributionOf, total } from '../bench/exposition.ts';
import { type MeasuredDesk, measureDesk } from '../bench/measured-desk.ts';
import { aloneMb, printFigures, sum } from '../bench/process-figures.ts';
import { itemFlags } from './flags.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PSS_MB_MAX = 300;
const ORDER_MS_P99_MAX = 50;
const WARM_SECONDS = 15;

// Orders at every close: no opinion, no cooldown, and no limit that would end it within the minute.
const EAGER = {
  committee: {
    analysts: [
      { file: join(ROOT, 'scripts/bench/eager-analyst.ts'), weight: 10 },
      { name: 'technical-momentum', weight: 0.01 },
      { name: 'technical-mean-reversion', weight: 0.01 },
      { name: 'technical-volatility', weight: 0.01 },
      { name: 'trend', weight: 0.01 },
      { name: 'pattern', weight: 0.01 },
    ],
    min_confidence: 0.3,
    min_stance: 0.05,
    conflict: { stance: 1, confidence: 1 },
    cooldown_candles: 0,
  },
  risk_limits: {
    risk_state_age_max_ms: null,
    daily_loss_max: 0.9,
    drawdown_halt: 1,
    losses_in_row_max: 1_000_000,
    open_positions_max: 12,
  },
  trading: { max_drawdown: 1 },
};

export async function run(args: readonly string[]): Promise<boolean> {
  const { seconds = 60, only } = itemFlags(args);
  const isWanted = (name: string): boolean => only === undefined || only === name;
  const { model = 'unknown' } = cpus()[0] ?? {};
  console.log(
    `${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
  );
  console.log(`plain loop: ${(plainLoop() / 1e6).toFixed(1)} M candles/s`);
  const passed: boolean[] = [];
  if (isWanted('desk')) passed.push(await deskAsItIs(seconds));
  if (isWanted('orders')) passed.push(await ordersAtEveryClose(seconds));
  if (isWanted('minute')) await deskAtOneMinute(seconds);
  if (isWanted('parts')) passed.push(...(await parts()));
  return passed.every(Boolean);
}

async function deskAsItIs(seconds: number): Promise<boolean> {
  const warmSeconds = Math.max(WARM_SECONDS, 60 - seconds);
  const desk = await measureDesk({ timeframe: '1s', warmSeconds, seconds });
  console.log(`\n1s candles, 12 pairs, ${seconds} s, load ${desk.load.toFixed(1)}`);
  printFigures(desk.figures);
  const own = desk.figures.filter(({ name }) => name !== 'practice');
  console.log(`with no other Node process on the machine at most ${aloneMb(own).toFixed(0)} MB`);
  printTimes(desk);
  const { pssMb } = sum(own);
  return verdict('PSS of the desk', pssMb, PSS_MB_MAX, 'MB');
}

async function ordersAtEveryClose(seconds: number): Promise<boolean> {
  const desk = await measureDesk({
    timeframe: '1s',
    warmSeconds: WARM_SECONDS,
    seconds,
    config: EAGER,
  });
  console.log(`\n1s candles, an order at every close, ${seconds} s, load ${desk.load.toFixed(1)}`);
  printFigures(desk.figures);
  printTimes(desk);
  const orders = distributionOf('nightdesk_candle_to_order_seconds', desk.after, desk.before);
  const p99Ms = orders.quantile(0.99) * 1_000;
  return verdict('receipt of the close to order p99', p99Ms, ORDER_MS_P99_MAX, 'ms');
}

async function deskAtOneMinute(seconds: number): Promise<void> {
  const desk = await measureDesk({
    timeframe: '1m',
    warmSeconds: WARM_SECONDS,
    seconds: Math.max(60, seconds),
  });
  console.log(`\n1m candles, 12 pairs, load ${desk.load.toFixed(1)}`);
  printFigures(desk.figures);
}

// What a close passes through on its way, in that order.
const STAGES = [
  ['close to job on the queue', 'close_offer_seconds'],
  ['evaluation', 'evaluation_seconds'],
  ['receipt of the close to order', 'candle_to_order_seconds'],
] as const;

function printTimes({ before, after }: MeasuredDesk): void {
  for (const [what, name] of STAGES) {
    const times = distributionOf(`nightdesk_${name}`, after, before);
    const ms = (seconds: number): string => (seconds * 1_000).toFixed(1);
    console.log(
      `${what.padEnd(32)} n ${times.count}  mean ${ms(times.mean)}  ` +
        `p50 ${ms(times.quantile(0.5))}  p99 ${ms(times.quantile(0.99))} ms`,
    );
  }
  const filled = total(after, 'nightdesk_fills_total') - total(before, 'nightdesk_fills_total');
  console.log(`${'fills'.padEnd(32)} ${filled}`);
}

function verdict(what: string, value: number, max: number, unit: string): boolean {
  const isMet = value <= max;
  console.log(`${isMet ? 'met ' : 'MISS'} ${what}: ${value.toFixed(1)} of ${max} ${unit}`);
  return isMet;
}

async function parts(): Promise<boolean[]> {
  const ended: boolean[] = [];
  for (const [file, ...args] of [
    ['committee.ts', '2000'],
    ['execution.ts', '5000'],
    ['live-path.ts', 'null', '3000'],
    ['live-path.ts', 'rest', '60'],
    ['live-path.ts', 'socket', '60'],
    ['ledger.ts', '5000', 'normal'],
    ['ledger.ts', '1000', 'full'],
    ['bus.ts', '100'],
  ] as const) {
    console.log(`\n-- ${file} ${args.join(' ')}, load ${(loadavg()[0] ?? 0).toFixed(1)}`);
    const child = spawn(process.execPath, [join(ROOT, 'scripts/bench', file), ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await once(child, 'exit');
    ended.push(child.exitCode === 0);
  }
  return ended;
}

/** Candles a second through a sum: what this machine can do at this moment. */
function plainLoop(): number {
  const candles = Array.from({ length: 20_000 }, (_, i) => ({ high: i + 2, low: i, close: i + 1 }));
  let sink = 0;
  const pass = (): void => {
    for (const { high, low, close } of candles) sink += (high + low + close) / 3;
  };
  for (let warm = 0; warm < 20; warm += 1) pass();
  const from = performance.now();
  for (let round = 0; round < 200; round += 1) pass();
  const rate = (200 * candles.length * 1_000) / (performance.now() - from);
  return sink > 0 ? rate : 0;
}
