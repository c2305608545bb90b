/** What a client says: a subscription, or something else that is answered and counted. */
import type { Clock } from '#platform/clock/clock.ts';
import type { Client } from './client.ts';
import type { Hub } from './hub.ts';
import { parseClientMessage } from './subscription.ts';

export interface HearPorts {
  readonly hub: Pick<Hub, 'drop' | 'subscribe'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Someone waits for a place in the ledger. */
  readonly onWaiting: () => void;
  readonly onWrong: () => void;
}

// A client says one thing when it comes; more is for one that changes its mind, not for a flood.
const SAID_MAX = 20;
const WITHIN_MS = 10_000;

export function hear(client: Client, text: string | undefined, ports: HearPorts): void {
  const { clock, hub } = ports;
  const nowMs = clock.monotonic();
  client.heardMs = nowMs;
  if (nowMs - client.said.sinceMs > WITHIN_MS) client.said = { count: 0, sinceMs: nowMs };
  client.said.count += 1;
  if (client.said.count > SAID_MAX) {
    hub.drop(client, 'flood');
    return;
  }
  const message =
    text === undefined
      ? ({ kind: 'wrong', detail: 'messages are text, not bytes' } as const)
      : parseClientMessage(text);
  if (message.kind === 'wrong') {
    ports.onWrong();
    client.tell({ kind: 'error', detail: message.detail });
    return;
  }
  if (hub.subscribe(client, message.subscription, message.afterSeq)) ports.onWaiting();
}
