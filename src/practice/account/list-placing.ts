import type { ListRecord } from './account-book.ts';
import { listState } from './account-book.ts';
import { checkPairOrder, checkPairPrices, readListTickets } from './list-tickets.ts';
import type { ListTickets } from './list-tickets.ts';
import { duplicateOrder, filterFailure, insufficientBalance } from './refusals.ts';
import type { OrderRecord } from './order-record.ts';
import { placed, register } from './placing.ts';
import type { AccountParts } from './placing.ts';
import { RULES } from './rules.ts';
import { readClientId } from './ticket.ts';
import type { ListState, NewOrderList, Placed } from './trading.ts';

/** Checks all orders of a list, then places those that work now; the others are pending. */
export function placeList(
  parts: AccountParts,
  request: NewOrderList,
  nowMs: number,
): { list: ListState; placed: Placed[] } {
  const read = readListTickets(request);
  const listClientOrderId = readClientId('listClientOrderId', request.listClientOrderId);
  checkList(parts, request, { read, nowMs });
  const drafts = read.tickets.map((ticket) => parts.clerk.draft(parts.book, ticket, nowMs));
  checkMoment(parts, drafts.slice(0, read.placedNow));
  parts.count.add(drafts.length, nowMs);
  return enterList(parts, {
    request,
    drafts,
    placedNow: read.placedNow,
    listClientOrderId,
    nowMs,
  });
}

function checkList(
  parts: AccountParts,
  request: NewOrderList,
  of: { read: ListTickets; nowMs: number },
): void {
  const { book, clerk } = parts;
  const { tickets, pair, placedNow, isSizedByWorking } = of.read;
  clerk.checkSymbol(book, tickets);
  clerk.checkIds(book, tickets);
  const open = [...book.lists.values()].filter((list) => !list.isDone);
  const ofSymbol = open.filter((list) => list.symbol === request.symbol);
  if (ofSymbol.length >= RULES.orderListsMax) throw filterFailure('MAX_NUM_ORDER_LISTS');
  const id = request.listClientOrderId;
  if (id !== undefined && open.some((list) => list.listClientOrderId === id))
    throw duplicateOrder();
  for (const [index, ticket] of tickets.entries()) {
    clerk.checkFilters(ticket, index < placedNow || !isSizedByWorking);
  }
  parts.count.check(tickets.length, of.nowMs);
  if (pair === undefined) return;
  if (placedNow > 1) checkPairPrices(pair, clerk.market(request.symbol).lastPrice());
  else checkPairOrder(pair);
}

/** The two orders of an OCO share the dearer one's money. */
function checkMoment(parts: AccountParts, drafts: readonly OrderRecord[]): void {
  const { book, clerk } = parts;
  const [first, second] = drafts;
  if (first === undefined) return;
  if (second === undefined) {
    clerk.checkMoment(book, first);
    return;
  }
  let most = 0n;
  for (const draft of drafts) {
    clerk.checkPrice(draft);
    const cost = clerk.cost(draft);
    if (cost > most) most = cost;
  }
  if (most > clerk.free(book, first)) throw insufficientBalance();
}

function enterList(
  parts: AccountParts,
  of: {
    request: NewOrderList;
    drafts: readonly OrderRecord[];
    placedNow: number;
    listClientOrderId: string | undefined;
    nowMs: number;
  },
): { list: ListState; placed: Placed[] } {
  const { book, dealer } = parts;
  const { state } = dealer;
  const { request, drafts, nowMs } = of;
  const orderListId = state.counters.list++;
  for (const draft of drafts) {
    draft.orderListId = orderListId;
    register(parts, draft);
  }
  const [first] = drafts;
  const list: ListRecord = {
    uid: book.uid,
    symbol: request.symbol,
    orderListId,
    listClientOrderId:
      of.listClientOrderId ??
      state.clientId({ symbol: request.symbol, orderId: first?.orderId ?? 0 }, 'list'),
    kind: request.kind,
    isDone: false,
    isReleased: false,
    orderIds: drafts.map((draft) => draft.orderId),
    timeMs: nowMs,
    received: 0n,
  };
  state.tellList(list, nowMs);
  for (const draft of drafts.slice(of.placedNow)) {
    state.report(draft, { executionType: 'NEW', timeMs: nowMs });
  }
  // All wait for their price before any of them could start.
  const answers = drafts.map((draft, index) =>
    placed(book, draft, () => {
      if (index < of.placedNow) dealer.enter(draft, nowMs);
    }),
  );
  return { list: listState(book, list), placed: answers };
}
