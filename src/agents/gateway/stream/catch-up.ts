/**
 * Serves clients that are further back than the shared tail, from the ledger: one page of one client
 * at a time, in turn, and other work of the process between two pages. A client gets its next page
 * when its socket has taken the last one.
 */
import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Client } from './client.ts';
import { frameOf, type EventFrame, type EventTail } from './event-tail.ts';
import { isWanted } from './subscription.ts';

export interface CatchUp {
  /** Puts a client that is `behind` into the queue; again when its socket has taken a page. */
  add(client: Client): void;
}

export interface CatchUpPorts {
  readonly tail: EventTail;
  readonly read: (afterSeq: number, limit: number) => Promise<readonly LedgerEvent[]>;
  /** The client has reached the tail. */
  readonly onLive: (client: Client) => void;
  /** The ledger no longer has what follows its place. */
  readonly onTrimmed: (client: Client) => void;
  readonly clock: Pick<Clock, 'after'>;
  readonly yieldLoop: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

// A page is read, parsed and put into frames in some 3 ms.
const PAGE = 100;
const RETRY_MS = 1_000;

export function catchUp(ports: CatchUpPorts): CatchUp {
  const { tail, read, yieldLoop } = ports;
  const queue = new Set<Client>();
  let isRunning = false;

  async function run(): Promise<void> {
    try {
      for (const client of queue) {
        queue.delete(client);
        await step(client);
        await yieldLoop();
      }
      isRunning = false;
    } catch (error) {
      ports.onFailure(error);
      ports.clock.after(RETRY_MS, start, { unref: true });
    }
  }

  async function step(client: Client): Promise<void> {
    // Taken up again when its socket is free, or not at all.
    if (client.mode !== 'behind' || client.isHeldUp()) return;
    if (client.seq >= tail.floor()) {
      ports.onLive(client);
      return;
    }
    const { seq, audience } = client;
    // Whatever comes of it: it is this client's turn again after the others.
    queue.add(client);
    const events = await read(seq, PAGE);
    // It subscribed anew in the meantime.
    if (client.seq !== seq || client.audience !== audience) return;
    const [first] = events;
    // The numbers have no gaps: what is missing was trimmed.
    if (first === undefined || first.seq > seq + 1) ports.onTrimmed(client);
    else send(client, events.map(frameOf));
  }

  function start(): void {
    isRunning = true;
    void run();
  }

  return {
    add: (client) => {
      queue.add(client);
      if (!isRunning) start();
    },
  };
}

function send(client: Client, frames: readonly EventFrame[]): void {
  const { audience } = client;
  const wanted = frames.filter(
    (frame) => audience !== undefined && isWanted(audience.subscription, frame),
  );
  client.seq = frames.at(-1)?.seq ?? client.seq;
  if (wanted.length === 0) return;
  client.write(Buffer.concat(wanted.map(({ bytes }) => bytes)), wanted.length);
}
