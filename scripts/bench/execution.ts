/**
 * Gate + journal + paper submit in one process, on the real shell, ledger and paper broker (without
 * its latency). Each round enters a pair, lets it be protected, and exits; timed is the part from
 * the intent being in the inbox to the order being with the broker. Beside it the raw statements of
 * such an order, because the machine's own speed moves.
 * Usage: node scripts/bench/execution.ts [rounds] [normal|full]
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Execution } from '#agents/execution/agent.ts';
import { executionConfig, ExecutionSlice } from '#agents/execution/config.ts';
import { MarketView } from '#agents/execution/market-view.ts';
import type { ExecutionPorts } from '#agents/execution/ports.ts';
import { countingMetrics, newCounts } from '#agents/execution/simulation/counts.ts';
import { ModelMarket } from '#agents/execution/simulation/model-market.ts';
import { PaperBroker } from '#broker/paper/paper-broker.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { TradeIntent } from '#core/model/intent.ts';
import type { Pair } from '#core/model/pair.ts';
import { openLedger } from '#ledger/index.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { hashId } from '#platform/ids.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { judge, rawOrderMicros, timesOf } from './raw-order.ts';

const [rounds = '2000', mode = 'normal'] = process.argv.slice(2);
const synchronous = mode === 'full' ? 'full' : 'normal';
/** A round writes some 90 pages; in the desk the idle moments between orders come more often. */
const CHECKPOINT_EVERY = 100;
const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
const clock = systemClock();
const counts = newCounts();
const controller = new AbortController();
let receivedAt = 0;
let entrySent: ((atMs: number) => void) | undefined;

const config = executionConfig(
  ExecutionSlice.parse({
    desk_id: 'bench',
    data_dir: folder,
    quote_asset: 'USDT',
    pairs: [],
    exchange: {
      name: 'practice',
      base_url: null,
      ws_url: null,
      request_timeout_ms: 1_000,
      weight_per_minute: 6_000,
      weight_reserve_fraction: 0.2,
      read_budget_ms: 2_000,
    },
    risk_limits: {
      risk_state_age_max_ms: null,
      losses_in_row_max: 1_000_000,
      daily_loss_max: 0.9,
      drawdown_halt: 1,
    },
    execution: { shadow_capital: 1_000_000, paper: { latency_ms: 0 } },
  }),
);
const ledger = await openLedger({
  path: join(folder, 'ledger.db'),
  deskId: 'bench',
  owner: 'bench',
  nowMs: clock.now(),
  synchronous,
});
const fail = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
// A broker whose answers need no timer: only our own work is timed.
const instant = { ...clock, sleep: () => Promise.resolve() };
const market = new ModelMarket(seededRandom(1));
const broker = new PaperBroker({
  account: config.account,
  config: config.section.paper,
  clock: instant,
  random: seededRandom(2),
  signal: controller.signal,
  hasSequence: () => true,
  tickSize: () => '0.01' as DecimalText,
  stepSize: () => '0.0001' as DecimalText,
  missedTrades: () => Promise.resolve([]),
  background: (_name, work) => void work.catch(fail),
  onProblem: (_pair, cause) => fail(cause),
});
const ports: ExecutionPorts = {
  config,
  clock,
  ids: randomUUID,
  ledger,
  broker,
  outbox: { publish: () => undefined, account: () => undefined, position: () => undefined },
  log: silentLog(),
  metrics: countingMetrics(counts),
  crash: (point) => {
    if (point === 'received') receivedAt = performance.now();
    if (point !== 'after-send') return;
    entrySent?.(performance.now());
    entrySent = undefined;
  },
  background: (_name, work) => void work.catch(fail),
  fail,
  mayAct: () => true,
  confirmLease: () => Promise.resolve(true),
};
const execution = await Execution.start(ports, new MarketView(() => config.limits.data_age_max_ms));
for (const pair of market.pairs) execution.onInstrument(market.instrument(pair));
await execution.recover();

let made = 0;
function intent(pair: Pair, action: object): TradeIntent {
  made += 1;
  const nowMs = clock.now();
  return TradeIntent.parse({
    id: hashId(['bench', made]),
    desk: 'bench',
    variant: 'main',
    pair,
    timeframe: '1m',
    candleCloseMs: nowMs,
    evaluationId: String(made),
    confidence: 1,
    receivedMs: nowMs,
    createdMs: nowMs,
    expiresAtMs: nowMs + 30_000,
    ...action,
  });
}

const ENTER = { action: 'enter', stopDistanceFraction: 0.05, targetDistanceFraction: 0.3 };
const micros: number[] = [];
let elapsedMs = 0;
// A pair takes entries once a trade of it was seen.
for (const pair of market.pairs) {
  while (broker.seen(pair) === undefined) broker.onTrades(market.tick(pair, clock.now()).trades);
}
for (let round = 0; round < Number(rounds); round += 1) {
  if (round % CHECKPOINT_EVERY === 0) await ledger.checkpoint();
  const pair = market.pairs[round % market.pairs.length] as Pair;
  const tick = market.tick(pair, clock.now());
  broker.onBook({ ...tick.book, asks: [[tick.quote.ask, '50' as DecimalText]] });
  execution.onQuote(tick.quote);
  const startMs = performance.now();
  const sent = new Promise<number>((resolve) => {
    entrySent = resolve;
  });
  await execution.onIntent(intent(pair, ENTER));
  const sentAt = await Promise.race([
    sent,
    execution.settled().then(() => new Promise<number>((r) => setTimeout(r, 200, 0))),
  ]);
  if (sentAt > 0) micros.push((sentAt - receivedAt) * 1_000);
  await quiet();
  await execution.onIntent(intent(pair, { action: 'exit' }));
  broker.onBook({
    ...tick.book,
    atMs: clock.now() + 1,
    bids: [[tick.quote.bid, '50' as DecimalText]],
  });
  await quiet();
  elapsedMs += performance.now() - startMs;
}

/** Until every command is answered and booked. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 50; i += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (execution.isIdle()) return;
  }
}

const times = timesOf(micros);
const { mean, at, count } = times;
const orders =
  (counts.byName.get('order open') ?? 0) + (counts.byName.get('order filled') ?? 0) / 2;
const raw = rawOrderMicros(folder, synchronous);
console.log(`${cpus()[0]?.model ?? 'unknown cpu'}, node ${process.version}, ${synchronous}`);
console.log(
  `gate + journal + paper submit: mean ${mean.toFixed(1)} us, p50 ${at(0.5).toFixed(1)}, ` +
    `p99 ${at(0.99).toFixed(1)}, worst ${at(0.9999).toFixed(1)} (${count} entries)`,
);
console.log(
  `raw statements of such an order: mean ${raw.toFixed(1)} us; ratio ${(mean / raw).toFixed(2)}`,
);
console.log(
  `whole rounds: ${((orders / elapsedMs) * 1_000).toFixed(0)} orders/s, with fills and stops`,
);
if (synchronous === 'normal') judge(times, { mean: 50, p99: 100 });
controller.abort();
await ledger.close();
rmSync(folder, { recursive: true, force: true });
