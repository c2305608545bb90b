import { z } from 'zod';
import { AccountSummary } from '#core/model/account.ts';
import { AgentStatus } from '#core/model/agent-status.ts';
import { Decision } from '#core/model/decision.ts';
import { FeedStatus } from '#core/model/feed-status.ts';
import { Quote } from '#core/model/market.ts';
import { Position } from '#core/model/position.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { deskApi, readApi } from '../desk-api.ts';
import type { DeskApi } from '../desk-api.ts';
import type { ExternalLine, StatusSnapshot } from './snapshot.ts';

// Only what the screen shows; the API may say more.
const Symbols = z.looseObject({
  items: z.array(z.looseObject({ feed: FeedStatus.optional(), quote: Quote.optional() })),
});
const ShownConfig = z.looseObject({ timeframe: z.string() });
const Accounts = z.looseObject({ items: z.array(AccountSummary) });
const Positions = z.looseObject({ items: z.array(Position) });
const Reconciliation = z.looseObject({
  account: z.looseObject({}).nullable(),
  open: z.array(z.unknown()),
  externalOrders: z.array(z.unknown()),
  flows: z.array(z.unknown()),
});
const Fidelity = z.looseObject({
  orders: z.number(),
  fillRateError: z.number(),
  slippageError: z.number().nullable(),
});
const Risk = z.looseObject({
  atMs: z.number(),
  level: z.string(),
  reasons: z.array(z.string()),
  accountScaler: z.number(),
});
const Decisions = z.looseObject({ items: z.array(Decision) });

/** Asks the coordinator and the API; undefined when no desk runs on the folder. */
export async function gatherStatus(options: {
  readonly dataDir: string;
  readonly clock: Clock;
}): Promise<StatusSnapshot | undefined> {
  const answer = await askDesk({ kind: 'status' }, options);
  if (answer === undefined) return undefined;
  const desk = DeskStatus.parse(answer.body);
  const missing: string[] = [];
  const api = deskApi(desk.facts, options.dataDir);
  const [config, accounts, risk, positions, symbols, decisions, compared, fidelity] =
    await Promise.all([
      fetchPart(api, 'config', ShownConfig, missing),
      fetchPart(api, 'account', Accounts, missing),
      fetchPart(api, 'risk', Risk, missing),
      fetchPart(api, 'positions', Positions, missing),
      fetchPart(api, 'symbols', Symbols, missing),
      fetchPart(api, 'decisions?limit=10', Decisions, missing),
      fetchPart(api, 'reconciliation', Reconciliation, missing),
      fetchPart(api, `fidelity?items=0&account=${accountOf(desk.mode)}`, Fidelity, missing),
    ]);
  const bids = new Map(
    symbols?.items.flatMap(({ quote }) => (quote === undefined ? [] : [[quote.pair, quote.bid]])),
  );
  return {
    atMs: options.clock.now(),
    mode: desk.mode,
    venue: desk.exchange,
    override: desk.override,
    timeframe: config?.timeframe ?? '',
    pid: desk.pid,
    startedMs: desk.sinceMs,
    systemHealth: desk.healthScore,
    apiUrl: api?.url,
    agents: z.array(AgentStatus).parse(desk.agents),
    account: accounts?.items[0],
    risk,
    external: externalLine(compared),
    fidelity,
    positions: (positions?.items ?? []).map((position) => ({
      ...position,
      markPrice: bids.get(position.pair),
    })),
    feeds: symbols?.items.flatMap(({ feed }) => (feed === undefined ? [] : [feed])) ?? [],
    decisions: decisions?.items ?? [],
    missing: [...new Set(missing)],
  };
}

function externalLine(
  compared: z.output<typeof Reconciliation> | undefined,
): ExternalLine | undefined {
  if (compared === undefined || compared.account === null) return undefined;
  const { open, externalOrders, flows } = compared;
  return {
    openDifferences: open.length,
    externalOrders: externalOrders.length,
    flows: flows.length,
  };
}

function accountOf(mode: string): string {
  return mode === 'production' ? 'live' : 'shadow';
}

async function fetchPart<S extends z.ZodType>(
  api: DeskApi | undefined,
  path: string,
  schema: S,
  missing: string[],
): Promise<z.output<S> | undefined> {
  const answer = await readApi(api, path, schema);
  if (answer.kind === 'given') return answer.value;
  missing.push(answer.why);
  return undefined;
}
