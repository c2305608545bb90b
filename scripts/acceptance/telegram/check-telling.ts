/** Compares what the ledger says happened with what came into a chat. */
import { join } from 'node:path';
import type { LedgerEvent } from '#core/model/desk-event.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { Desk } from '../../../tests/support/desk.ts';
import type { BotApi } from '../../../tests/support/telegram/bot-api.ts';
import type { SeenMessage } from '../../../tests/support/telegram/bot-methods.ts';
import type { Findings } from '../findings.ts';

const MARK = 'perhaps told before';
const PAGE = 1_000;
const DUE_MIN = 10;
/** Killed by the item; Redis has its own words. */
const KILLED = ['notifier', 'execution'];

export interface Telling {
  readonly desk: Desk;
  readonly api: BotApi;
  readonly chatId: number;
  readonly report: Findings;
}

export async function checkTelling({ desk, api, chatId, report }: Telling): Promise<void> {
  const events = await ledgerEvents(join(desk.dataDir, 'ledger.db'));
  const chat = api.messages.filter((message) => message.chatId === chatId);
  const wanted = events.flatMap((event) => {
    const text = textOf(event);
    return text === undefined ? [] : [{ seq: event.seq, text }];
  });
  const fresh = chat.filter(({ text }) => !text.includes(MARK));
  const marked = chat.length - fresh.length;
  // A notifier that is started for the first time begins with what happens then.
  const first = wanted.findIndex(({ text }) => fresh.some((message) => isAbout(message, text)));
  const due = first < 0 ? [] : wanted.slice(first);
  report.check(
    'the desk had something to tell',
    due.length >= DUE_MIN,
    `${due.length} events of money, ${chat.length} messages`,
  );

  const missing = due.filter(({ text }) => countOf(chat, text) < dueCount(due, text));
  report.check(
    'no loss',
    missing.length === 0,
    missing
      .slice(0, 3)
      .map(({ text }) => text)
      .join('; ') || `${due.length} of ${due.length}`,
  );
  const doubled = due.filter(({ text }) => countOf(fresh, text) > dueCount(due, text));
  report.check(
    'no duplicate without its mark',
    doubled.length === 0,
    doubled
      .slice(0, 3)
      .map(({ text }) => text)
      .join('; ') || `${marked} marked as perhaps told before`,
  );
  checkOrder(report, fresh, due);
  const untold = KILLED.flatMap((name) => [`${name} failed`, `${name} is back`]).filter(
    (text) => countOf(chat, text) === 0,
  );
  report.check('each kill is told', untold.length === 0, untold.join('; ') || KILLED.join(', '));
  checkPace(report, api);
}

/** Places of the events in the chat rise, critical ones apart: they overtake what waits. */
function checkOrder(
  report: Findings,
  chat: readonly SeenMessage[],
  due: readonly { readonly text: string }[],
): void {
  let at = 0;
  const misplaced: string[] = [];
  for (const { text } of due.filter((one) => !one.text.startsWith('halted'))) {
    const found = chat.findIndex((message, index) => index >= at && isAbout(message, text));
    if (found < 0) {
      if (chat.some((message) => isAbout(message, text))) misplaced.push(text);
      continue;
    }
    at = found + 1;
  }
  report.check(
    'order kept',
    misplaced.length === 0,
    misplaced.slice(0, 3).join('; ') || 'as in the ledger',
  );
}

function checkPace(report: Findings, api: BotApi): void {
  const gaps = [...Map.groupBy(api.messages, ({ chatId }) => chatId).values()].flatMap((chat) =>
    chat.slice(1).map((message, index) => message.atMs - (chat[index]?.atMs ?? 0)),
  );
  const refused = api.calls.filter(({ outcome }) => outcome === '429').length;
  report.check(
    'rate limit kept',
    refused === 0 && Math.min(...gaps) >= 1_000,
    `${api.messages.length} messages, ${refused} refused, smallest gap in a chat ${Math.min(...gaps)} ms`,
  );
}

/** The first words of a message about an event; undefined where nothing is told of it. */
function textOf({ event }: LedgerEvent): string | undefined {
  switch (event.kind) {
    case 'order.filled': {
      const { pair, side, qty, price } = event.fill;
      return `${pair} ${side === 'buy' ? 'bought' : 'sold'} ${qty} at ${price}`;
    }
    case 'position.closed':
      return `${event.position.pair} closed: `;
    case 'halt.raised':
      return `halted: ${event.halt.kind}`;
    default:
      return undefined;
  }
}

function isAbout({ text }: SeenMessage, wanted: string): boolean {
  return (text.split('\n')[0] ?? '').includes(wanted);
}

function countOf(chat: readonly SeenMessage[], text: string): number {
  return chat.filter((message) => isAbout(message, text)).length;
}

function dueCount(due: readonly { readonly text: string }[], text: string): number {
  return due.filter((one) => one.text === text).length;
}

async function ledgerEvents(path: string): Promise<readonly LedgerEvent[]> {
  const reader = await openLedgerReader(path);
  try {
    const all: LedgerEvent[] = [];
    for (;;) {
      const page = await reader.events({ afterSeq: all.at(-1)?.seq ?? 0, limit: PAGE });
      if (page.length === 0) return all;
      all.push(...page);
    }
  } finally {
    await reader.close();
  }
}
