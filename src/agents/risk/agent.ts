/**
 * The shell of the risk agent: reads account, positions and candles, lets `core/risk/watch` judge them,
 * publishes what comes out and tells execution when something has to be sold. It decides nothing.
 *
 * 1. A look that fails publishes nothing: what stands gets old, and then the gate takes no entry.
 * 2. It acts by the commands a person has, audited, and at most once per cooldown.
 */
import type { Bus } from '#bus/bus.ts';
import { account, instruments, positions, risk } from '#bus/states.ts';
import { riskChanges } from '#bus/topics.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { AccountSummary } from '#core/model/account.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { toNumber } from '#core/money/decimal.ts';
import type { RiskLimits } from '#core/risk/config.ts';
import { isByHand } from '#core/risk/halts.ts';
import { accountFigures, figuresInDoubt } from '#core/risk/watch/account-figures.ts';
import type { AccountFigures } from '#core/risk/watch/account-figures.ts';
import { assess } from '#core/risk/watch/assess.ts';
import type { Assessment } from '#core/risk/watch/assess.ts';
import { lookForEmergency } from '#core/risk/watch/emergency.ts';
import { leastSale } from '#core/risk/watch/least-sale.ts';
import { marketPicture } from '#core/risk/watch/market-picture.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText, TransientError } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { seededRandom } from '#platform/random.ts';
import type { RiskAgentConfig } from './config.ts';
import type { DayRecord } from './day-record.ts';
import type { DeskHand } from './desk-hand.ts';
import { fallWatch } from './fall-watch.ts';
import type { Remembered, RiskMemory } from './kept-memory.ts';
import type { RiskMetrics } from './metrics.ts';
import type { LastPrices } from './last-prices.ts';
import { marketReader } from './read-market.ts';
import type { MarketRead, MarketReader } from './read-market.ts';
import { assessRules, emergencyRules, pauseRules } from './rules.ts';

export interface RiskPorts {
  readonly context: Pick<
    AgentContext<unknown>,
    'clock' | 'log' | 'signal' | 'every' | 'addCheck' | 'background'
  >;
  readonly bus: Pick<Bus, 'all' | 'set' | 'publish' | 'onWipe'>;
  readonly cache: Pick<SharedCache, 'getOrLoad'>;
  readonly config: RiskAgentConfig;
  readonly limits: RiskLimits;
  /** `shadow` or `live`. */
  readonly account: string;
  readonly prices: Pick<LastPrices, 'of' | 'isHearing'>;
  readonly hand: DeskHand;
  readonly days: DayRecord;
  readonly memory: RiskMemory;
  readonly metrics: RiskMetrics;
}

/** Until there is a first state it looks again soon: the desk takes no entry before. */
const FIRST_LOOKS_MS = 1_000;
/** While what is held cannot be read there are no entries: it is read again sooner. */
const BLIND_LOOKS_MS = 5_000;
/** Quotes are repeated each second; when none come the first look goes by older prices. */
const FIRST_QUOTES_MS = 3_000;

export function startRisk(ports: RiskPorts): void {
  const { context, bus, config, metrics, memory } = ports;
  const { clock, log } = context;
  const falls = fallWatch(ports.prices);
  const isStale = staleWatch(clock);
  const readMarket = marketReader({ ...ports, clock, log, signal: context.signal });
  let published: RiskState | undefined;
  /** The account when its marks were in no doubt. */
  let marked: AccountFigures | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;
  const quotesUntilMs = clock.monotonic() + FIRST_QUOTES_MS;

  async function look(): Promise<void> {
    const startedMs = clock.monotonic();
    try {
      const seen = await readDesk(ports, readMarket);
      falls.note(seen.positions.map(({ pair }) => pair));
      const before = memory.recall({ nowMs: seen.nowMs, ...pauseRules(config) });
      const told = accountFigures(seen.account);
      const isInDoubt = isStale(seen.account.stalePairs.length > 0);
      const { limits } = before;
      const figures = isInDoubt ? figuresInDoubt(told, { figures: marked, limits }) : told;
      if (!isInDoubt) marked = told;
      const found = judge(ports, seen, { figures, before });
      const alarm = lookForEmergency(
        before.alarms,
        outside(seen, { figures, state: found.state }),
        emergencyRules(ports),
      );
      const warned = tellLimits(ports, found);
      memory.keep({ limits: found.memory, alarms: alarm.memory, warned }, seen.nowMs);
      // Before the sale: a worker would buy back what execution still believes is welcome.
      const untold = await tellState(bus, found.state, published?.level);
      if (untold === undefined) published = found.state;
      metrics.state(found.state);
      await act(ports, { seen, found, reasons: alarm.reasons });
      if (untold !== undefined) throw untold;
      metrics.looked('ok', (clock.monotonic() - startedMs) / 1_000);
    } catch (error) {
      metrics.looked('failed', (clock.monotonic() - startedMs) / 1_000);
      throw error;
    }
  }

  context.every({
    name: 'look',
    intervalMs: FIRST_LOOKS_MS,
    isImmediate: true,
    isProgress: true,
    run: async () => {
      if (!ports.prices.isHearing() && clock.monotonic() < quotesUntilMs) return;
      if (clock.monotonic() - lookedMs < dueMs(published, config) && !falls.isFalling()) return;
      lookedMs = clock.monotonic();
      await look();
    },
  });
  bus.onWipe(() => {
    const state = published;
    if (state !== undefined) context.background('risk state', bus.set(risk, 'current', state));
  });
  context.addCheck('portfolio', () => checkOf(published, clock.now(), config));
  log.info({ everySeconds: config.check_interval_seconds }, 'watching the portfolio');
}

function dueMs(published: RiskState | undefined, config: RiskAgentConfig): number {
  if (published === undefined) return 0;
  const usualMs = config.check_interval_seconds * 1_000;
  const isBlind = (published.figures['held_unread'] ?? 0) > 0;
  return isBlind ? Math.min(usualMs, BLIND_LOOKS_MS) : usualMs;
}

/** A feed that comes back, or an execution that starts, has its marks sooner. */
const STALE_MS = 60_000;

/** Whether a stale mark is a passing doubt; what lasts is judged as it is told. */
function staleWatch(clock: Pick<Clock, 'monotonic'>): (isStale: boolean) => boolean {
  let sinceMs: number | undefined;
  return (isStale) => {
    sinceMs = isStale ? (sinceMs ?? clock.monotonic()) : undefined;
    return sinceMs !== undefined && clock.monotonic() - sinceMs < STALE_MS;
  };
}

/** What is sold does not wait for Redis: the failure is given back for after the sale. */
async function tellState(
  bus: Pick<Bus, 'set' | 'publish'>,
  state: RiskState,
  levelBefore: RiskState['level'] | undefined,
): Promise<Error | undefined> {
  try {
    await bus.set(risk, 'current', state);
    if (levelBefore !== state.level) await bus.publish(riskChanges, state);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(errorText(error));
  }
}

interface Seen {
  readonly nowMs: number;
  readonly account: AccountSummary;
  readonly positions: readonly Position[];
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly market: MarketRead;
}

const ACCOUNT_AGE_MAX_MS = 30_000;

async function readDesk(ports: RiskPorts, readMarket: MarketReader): Promise<Seen> {
  const { bus, config, context } = ports;
  const nowMs = context.clock.now();
  const [accounts, held, known] = await Promise.all([
    bus.all(account),
    bus.all(positions),
    bus.all(instruments),
  ]);
  const own = accounts.get(ports.account);
  if (own === undefined || known.size === 0) {
    throw new TransientError('desk-unknown', 'account or pairs of the desk are not known yet');
  }
  // Execution tells it each second. What is told to one that is away would be obeyed when it is back.
  // An account from the future is one from before the clock was set back.
  if (Math.abs(nowMs - own.atMs) > ACCOUNT_AGE_MAX_MS) {
    throw new TransientError('desk-silent', 'execution has not told of the account for too long');
  }
  const open = [...held.values()].filter((position) => position.account === ports.account);
  const market = await readMarket({
    held: open.map(({ pair }) => pair),
    others: [...known.values()].map(({ pair }) => pair),
    hours: config.history_hours,
    nowMs,
  });
  return { nowMs, account: own, positions: open, instruments: known, market };
}

interface Judged {
  readonly figures: AccountFigures;
  readonly before: Remembered;
}

function judge(ports: RiskPorts, seen: Seen, { figures, before }: Judged): Assessment {
  const { market, nowMs } = seen;
  if (figures.dayReturn !== undefined) ports.days.note(nowMs, figures.dayReturn);
  return assess(
    {
      nowMs,
      picture: marketPicture(market.histories),
      unread: market.unread,
      unpriced: market.unpriced,
      held: seen.positions.map((position) => heldOf(ports, position, seen)),
      account: figures,
      dailyReturns: ports.days.series(before.recordFromMs),
      isOnTrial: before.recordFromMs !== undefined,
      memory: before.limits,
      // The same minute has the same draws.
      random: () => seededRandom(`risk/${Math.floor(nowMs / 60_000)}`),
      stressRandom: seededRandom('risk/stress'),
    },
    assessRules(ports),
  );
}

/** Marked at what a sale would get now, as execution does too; else at the best that is known. */
function heldOf(
  { prices }: RiskPorts,
  { pair, qty, averagePrice }: Position,
  { market: { histories, lasts }, instruments: known }: Seen,
) {
  const rules = known.get(pair);
  const candle = histories.find((history) => history.pair === pair)?.candles.at(-1);
  const price = prices.of(pair)?.bid ?? lasts.get(pair) ?? candle?.close ?? toNumber(averagePrice);
  return {
    pair,
    valueQuote: toNumber(qty) * price,
    isHalted: rules !== undefined && rules.status !== 'trading',
    leastSaleQuote: rules === undefined ? undefined : leastSale(rules, price),
  };
}

function outside(
  { nowMs, positions: open }: Seen,
  { figures, state }: { readonly figures: AccountFigures; readonly state: RiskState },
) {
  return {
    nowMs,
    equityQuote: figures.equityQuote,
    profitQuote: figures.profitQuote,
    exposure: state.figures['exposure'] ?? 0,
    unprotected: open.filter(({ stopPrice }) => stopPrice === undefined).map(({ pair }) => pair),
  };
}

async function act(
  { hand, config }: RiskPorts,
  { seen, found, reasons }: { seen: Seen; found: Assessment; reasons: readonly string[] },
): Promise<void> {
  const { action } = config.emergency;
  const [reason] = reasons;
  if (reason !== undefined && action !== 'none') {
    await hand.all(action, `risk: ${reason}`);
    return;
  }
  if (!config.auto_reduce) return;
  const why = found.state.reasons.join('; ').slice(0, 300);
  if (found.mustFlatten) {
    if (!isDown(seen)) await hand.all('flatten', `risk: ${why}`);
  } else if (found.plan.length > 0) {
    const qtys = new Map(seen.positions.map(({ pair, qty }) => [pair, toNumber(qty)]));
    const qtyOf = (pair: Pair) => qtys.get(pair) ?? 0;
    await hand.reduce(found.plan, { reason: `risk: ${why}`, qtyOf });
  }
}

/** It was flattened and stays down: a loss does not shrink while it waits for a person. */
function isDown({ positions: open, account: own }: Seen): boolean {
  return open.length === 0 && own.halts.some(({ kind }) => isByHand(kind));
}

/**
 * A level that rises is told at once, the same one again after the cooldown.
 * @returns when each warning was told last.
 */
function tellLimits(
  { context: { log, clock }, config, memory }: RiskPorts,
  found: Assessment,
): ReadonlyMap<string, number> {
  const nowMs = clock.now();
  const cooldownMs = config.alert_cooldown_minutes * 60_000;
  // What lies ahead of a clock that was set back is no reason to be silent.
  const isRecent = (atMs: number) => atMs <= nowMs && nowMs - atMs < cooldownMs;
  const warned = new Map([...memory.now().warned].filter(([, atMs]) => isRecent(atMs)));
  for (const { name, subject, level, value, bound } of found.memory.values()) {
    const key = `${name} ${subject ?? ''} ${level}`;
    if (level === 'normal' || warned.has(key)) continue;
    warned.set(key, nowMs);
    log.warn({ limit: name, pair: subject, level_: level, value, bound }, 'risk limit is reached');
  }
  const { method: used, failed } = found.caps;
  const [asked] = failed;
  const key = `optimiser ${asked?.method} ${used}`;
  if (asked !== undefined && !warned.has(key)) {
    warned.set(key, nowMs);
    const reasons = failed.map(({ method, reason }) => `${method}: ${reason}`);
    log.warn({ asked: asked.method, used, reasons }, 'the optimiser falls back');
  }
  return warned;
}

function checkOf(state: RiskState | undefined, nowMs: number, config: RiskAgentConfig) {
  if (state === undefined) return { isOk: false, detail: 'no look has succeeded yet' };
  const ageSeconds = Math.round((nowMs - state.atMs) / 1_000);
  const isOk = ageSeconds <= 3 * config.check_interval_seconds + 10;
  return { isOk, detail: `${state.level}, looked ${ageSeconds} s ago` };
}
