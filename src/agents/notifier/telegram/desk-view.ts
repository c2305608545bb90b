/**
 * What commands read: the ledger, which is the truth, the states of the bus while Redis is there,
 * and the coordinator by its socket. Everything has a time limit; what cannot be had is undefined,
 * and the command says so instead of guessing.
 */
import { account as accountState, feeds, instruments } from '#bus/states.ts';
import { quotes } from '#bus/topics.ts';
import { sub, toNumber, format, sum } from '#core/money/decimal.ts';
import { AgentStatus } from '#core/model/agent-status.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Halt } from '#core/model/halt.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import { lossFraction } from '#core/risk/halts.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { errorText } from '#platform/errors.ts';
import type { NotifierPorts } from '../ports.ts';

export interface AccountNow {
  readonly atMs: number;
  /** Marked by execution now; else the ledger's newest minute. */
  readonly isLive: boolean;
  readonly equityQuote: DecimalText;
  readonly cashQuote: DecimalText;
  readonly heldQuote: DecimalText;
  readonly positionsQuote: DecimalText;
  readonly dayPnlQuote: DecimalText;
  readonly capitalQuote: DecimalText;
  readonly feesQuote: DecimalText;
  readonly drawdownFraction: number;
  readonly exposureFraction: number;
  readonly stalePairs: readonly Pair[];
}

export interface DeskNow {
  readonly status: DeskStatus;
  readonly agents: readonly AgentStatus[];
}

export interface DeskView {
  readonly account: string;
  readonly quoteAsset: string;
  now(): Promise<DeskNow | undefined>;
  /** @throws TransientError while the ledger cannot be read. */
  read<T>(run: (reader: LedgerReader) => Promise<T>): Promise<T>;
  figures(): Promise<AccountNow | undefined>;
  positions(): Promise<readonly Position[]>;
  halts(): Promise<readonly Halt[]>;
  /** The venue's rules as last seen; empty before Redis was ever reached. */
  instruments(): Promise<ReadonlyMap<string, Instrument>>;
  /** Undefined while Redis is away. */
  feeds(): Promise<ReadonlyMap<string, FeedStatus> | undefined>;
  /** Newest quotes of these pairs, as far as they come within a moment. */
  quotes(pairs: readonly Pair[]): Promise<ReadonlyMap<Pair, Quote>>;
}

export interface DeskViewPorts extends Pick<NotifierPorts, 'ask' | 'bus' | 'ledger'> {
  readonly context: Pick<NotifierPorts['context'], 'clock' | 'log'>;
  readonly mode: string;
  readonly quoteAsset: string;
}

// The data agent repeats every pair's quote once a second.
const QUOTES_WITHIN_MS = 1_300;
// The ledger has a point a minute; one that is older than this says nothing about now.
const RECENT_MS = 3_600_000;
const RECENT_POINTS = 200;

export function deskView(ports: DeskViewPorts): DeskView {
  const account = ports.mode === 'production' ? 'live' : 'shadow';
  const { clock, log } = ports.context;
  let known: ReadonlyMap<string, Instrument> = new Map();

  /** A state of the bus, or undefined while it cannot be had. */
  async function ofBus<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (!ports.bus.isConnected()) return undefined;
    try {
      return await read();
    } catch (error) {
      log.debug({ problem: errorText(error) }, 'a state of the bus cannot be read');
      return undefined;
    }
  }

  const view: DeskView = {
    account,
    quoteAsset: ports.quoteAsset,
    now: async () => {
      const answer = await ports.ask({ kind: 'status' });
      if (answer === undefined) return undefined;
      const status = DeskStatus.parse(answer.body);
      return { status, agents: status.agents.map((agent) => AgentStatus.parse(agent)) };
    },
    read: (run) => ports.ledger.read(run),
    positions: () => ports.ledger.read((reader) => reader.positions(account)),
    halts: async () => {
      const all = await ports.ledger.read((reader) => reader.halts());
      return all.filter((halt) => halt.account === undefined || halt.account === account);
    },
    figures: async () => {
      const [live, written] = await Promise.all([
        ofBus(() => ports.bus.get(accountState, account)),
        ports.ledger.read((reader) => ofLedger(reader, account, clock.now())),
      ]);
      if (written === undefined || live === undefined) return written;
      return { ...written, ...live, isLive: true };
    },
    instruments: async () => {
      known = (await ofBus(() => ports.bus.all(instruments))) ?? known;
      return known;
    },
    feeds: () => ofBus(() => ports.bus.all(feeds)),
    quotes: async (pairs) => {
      const seen = new Map<Pair, Quote>();
      if (pairs.length === 0) return seen;
      await ofBus(async () => {
        const done = Promise.withResolvers<void>();
        const timer = clock.after(QUOTES_WITHIN_MS, () => done.resolve());
        await using _ = await ports.bus.subscribe(quotes, (batch) => {
          for (const quote of batch) if (pairs.includes(quote.pair)) seen.set(quote.pair, quote);
          if (seen.size === pairs.length) done.resolve();
        });
        await done.promise;
        timer.cancel();
      });
      return seen;
    },
  };
  return view;
}

/** As the ledger had it at its newest minute. */
async function ofLedger(
  reader: LedgerReader,
  account: string,
  nowMs: number,
): Promise<AccountNow | undefined> {
  const figures = (await reader.accounts()).find((one) => one.account === account);
  if (figures === undefined) return undefined;
  const balances = await reader.balances(account);
  const inQuote = (kind: string) =>
    format(
      sum(
        balances
          .filter((one) => one.kind === kind && one.asset === figures.quoteAsset)
          .map(({ amount }) => amount),
      ),
    );
  const points = await reader.equity({ account, sinceMs: nowMs - RECENT_MS, limit: RECENT_POINTS });
  const point = points.at(-1);
  const equityQuote = point?.equityQuote ?? figures.capitalQuote;
  const positionsQuote = point?.positionsQuote ?? ('0' as DecimalText);
  const equity = toNumber(equityQuote);
  return {
    atMs: point?.atMs ?? figures.peakMs,
    isLive: false,
    equityQuote,
    cashQuote: inQuote('free'),
    heldQuote: inQuote('held'),
    positionsQuote,
    dayPnlQuote: format(sub(equityQuote, figures.dayStartEquityQuote)),
    capitalQuote: figures.capitalQuote,
    feesQuote: figures.feesQuote,
    drawdownFraction: lossFraction(figures.peakEquityQuote, equityQuote),
    exposureFraction: equity > 0 ? toNumber(positionsQuote) / equity : 0,
    stalePairs: [],
  };
}
