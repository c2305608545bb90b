/**
 * Looks after connections, each second: who has lost the right to listen, says nothing any more, or
 * never asked for anything, is ended; the others are pinged and told how far the stream is, so that
 * one who follows little need not begin from far back, and sees that the line is alive.
 */
import type { Clock } from '#platform/clock/clock.ts';
import type { Access } from '../access/access.ts';
import type { Client } from './client.ts';
import type { EventTail } from './event-tail.ts';
import type { Hub } from './hub.ts';

export interface WatchPorts {
  readonly hub: Pick<Hub, 'drop'>;
  readonly tail: Pick<EventTail, 'head'>;
  readonly access: Pick<Access, 'isStillGood'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

const PING_MS = 15_000;
// Two pings unanswered, and the time an answer may take.
const SILENT_MS = 40_000;
const SUBSCRIBE_WITHIN_MS = 30_000;

export function watchClient(client: Client, ports: WatchPorts): void {
  const { access, clock, hub, tail } = ports;
  const nowMs = clock.monotonic();
  if (client.token !== undefined && !access.isStillGood(client.token)) {
    hub.drop(client, 'revoked');
    return;
  }
  if (nowMs - client.heardMs > SILENT_MS) {
    hub.drop(client, 'silent');
    return;
  }
  if (client.audience === undefined && nowMs - client.sinceMs > SUBSCRIBE_WITHIN_MS) {
    hub.drop(client, 'unsubscribed');
    return;
  }
  if (nowMs - client.pingedMs < PING_MS) return;
  client.pingedMs = nowMs;
  client.line.ping();
  const isUpToDate = client.mode === 'live' && client.seq === tail.head();
  if (client.isHeldUp()) return;
  client.tell({ kind: 'mark', atMs: clock.now(), ...(isUpToDate ? { seq: client.seq } : {}) });
}
