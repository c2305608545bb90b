import type { DeskEvent } from '#core/model/desk-event.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import { DeskError } from '#platform/errors.ts';
import type { ExecutionPorts } from './ports.ts';
import { applyChange, type Change, type DeskState } from './state.ts';

/** The ledger could not be written; other errors are about what should be. */
const UNWRITTEN: ReadonlySet<string> = new Set([
  'ledger.busy',
  'ledger.corrupt',
  'ledger.disk-full',
  'ledger.failed',
  'ledger.fenced',
  'ledger.io',
  'ledger.read-only',
]);

/** What a transaction did, gathered while it runs. */
export interface Draft {
  readonly changes: Change[];
  readonly events: DeskEvent[];
  /** Set by whatever holds or releases money: balances are read again before the commit. */
  hasMovedMoney: boolean;
  /** Set by whatever changes the account's sums: they are read again too. */
  hasChangedFigures: boolean;
}

/**
 * The one way to write. Runs one piece of work at a time, each a ledger transaction; after the
 * commit, and before the next one begins, the memory takes over what was committed and the others
 * are told. So the gate always decides on the state its own transaction starts from.
 */
export interface Journal {
  run<T>(work: (tx: LedgerTransaction, draft: Draft) => Promise<T>): Promise<T>;
}

export function journal(
  ports: ExecutionPorts,
  state: DeskState,
  onChanged: (pair: Pair) => void,
): Journal {
  let last: Promise<unknown> = Promise.resolve();

  async function runOne<T>(work: (tx: LedgerTransaction, draft: Draft) => Promise<T>): Promise<T> {
    const draft: Draft = {
      changes: [],
      events: [],
      hasMovedMoney: false,
      hasChangedFigures: false,
    };
    const startedMs = ports.clock.monotonic();
    const { result, told } = await counted(ports, async (tx) => {
      const value = await work(tx, draft);
      if (draft.hasMovedMoney || draft.hasChangedFigures) {
        draft.changes.push(await readFunds(ports, tx, draft, state));
      }
      const kept = await tx.recordEvents(draft.events, ports.clock.now());
      ports.crash('in-transaction');
      return { result: value, told: kept };
    });
    ports.crash('committed');
    ports.metrics.ledgerCommitted((ports.clock.monotonic() - startedMs) / 1_000);
    for (const change of draft.changes) applyChange(state, change);
    for (const pair of changedPairs(draft)) onChanged(pair);
    ports.crash('before-publish');
    for (const event of told) ports.outbox.publish(event);
    for (const change of draft.changes) {
      if (change.kind !== 'position') continue;
      const { pair } = change.position;
      ports.outbox.position(pair, state.positions.get(pair));
    }
    return result;
  }

  return {
    run: (work) => {
      const result = last.then(() => runOne(work));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

/** Runs a transaction; one that the ledger itself could not write is counted. */
async function counted<T>(
  { ledger, metrics }: ExecutionPorts,
  work: (tx: LedgerTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await ledger.transaction(work);
  } catch (error) {
    if (error instanceof DeskError && UNWRITTEN.has(error.code)) metrics.ledgerFailed();
    throw error;
  }
}

/** Pairs of which an order or the position is another than before. */
function changedPairs({ changes }: Draft): ReadonlySet<Pair> {
  const pairs = new Set<Pair>();
  for (const change of changes) {
    if (change.kind === 'order') pairs.add(change.order.pair);
    if (change.kind === 'position') pairs.add(change.position.pair);
  }
  return pairs;
}

/** An order as this transaction has it so far. */
export async function draftOrder(
  tx: LedgerTransaction,
  draft: Draft,
  state: DeskState,
  id: ClientOrderId,
): Promise<Order | undefined> {
  const changed = draft.changes.findLast(
    (change) => change.kind === 'order' && change.order.clientOrderId === id,
  );
  if (changed?.kind === 'order') return changed.order;
  return state.orders.get(id) ?? (await tx.order(id));
}

async function readFunds(
  ports: ExecutionPorts,
  tx: LedgerTransaction,
  draft: Draft,
  state: DeskState,
): Promise<Change> {
  const { account, quoteAsset } = ports.config;
  const figures = draft.hasChangedFigures ? await tx.figures(account) : state.funds.figures;
  if (figures === undefined) throw new Error('the account was never funded');
  const freeQuote = await tx.balance(account, 'free', quoteAsset);
  const heldQuote = await tx.balance(account, 'held', quoteAsset);
  return { kind: 'funds', funds: { figures, freeQuote, heldQuote } };
}
