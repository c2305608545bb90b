import { OperatorCommand } from '#core/model/operator-command.ts';
import { TradeIntent } from '#core/model/intent.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { InboxItem } from '#ledger/records.ts';
import type { Journal } from './journal.ts';
import type { ExecutionPorts } from './ports.ts';

/** Received and undecided work that is taken up again at start. */
const PENDING_MAX = 10_000;

export interface Pending {
  readonly intents: readonly TradeIntent[];
  readonly commands: readonly OperatorCommand[];
}

/** Keeps an intent before it is acknowledged. `duplicate` = it is there already, decided or not. */
export async function receiveIntent(
  ports: ExecutionPorts,
  journal: Journal,
  intent: TradeIntent,
): Promise<'new' | 'duplicate'> {
  const received = await journal.run((tx) => tx.receive(intentItem(intent, ports.clock.now())));
  if (received === 'duplicate') ports.metrics.intent('duplicate');
  ports.crash('received');
  return received;
}

export function intentItem(intent: TradeIntent, receivedMs: number): InboxItem {
  const isEntry = intent.action === 'enter';
  return {
    id: intent.id,
    kind: 'intent',
    priority: isEntry ? 'entry' : 'exit',
    pair: intent.pair,
    payload: JSON.stringify(intent),
    receivedMs,
    expiresMs: isEntry ? intent.expiresAtMs : undefined,
  };
}

export function commandItem(command: OperatorCommand, receivedMs: number): InboxItem {
  return {
    id: command.id,
    kind: 'command',
    priority: 'command',
    pair: undefined,
    payload: JSON.stringify(command),
    receivedMs,
    expiresMs: undefined,
  };
}

/** What was received and not finished before a restart, in the order it is to be done. */
export async function readPending(ledger: Pick<Ledger, 'read'>): Promise<Pending> {
  const items = await ledger.read((query) => query.pendingInbox(PENDING_MAX));
  const payloads = (kind: InboxItem['kind']): unknown[] =>
    items.filter((item) => item.kind === kind).map((item) => JSON.parse(item.payload) as unknown);
  return {
    intents: payloads('intent').map((payload) => TradeIntent.parse(payload)),
    commands: payloads('command').map((payload) => OperatorCommand.parse(payload)),
  };
}
