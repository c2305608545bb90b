/**
 * All clients of the stream: takes them in, finds each one's place, gives turns, and ends those that
 * may not or cannot go on. Invariants: 1. a client gets each event after its place once and in order,
 * or is told `reset`, or is closed. 2. What waits for a client in this process is at most one batch.
 * 3. Nobody waits for a slow one. 4. Nothing here runs longer than a slice.
 */
import type { Log } from '#platform/log/log.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { audience, type Audience, type Sources } from './audience.ts';
import { catchUp, type CatchUp, type CatchUpPorts } from './catch-up.ts';
import type { Channel } from './channels.ts';
import type { Client, DropReason } from './client.ts';
import type { ResetReason } from './follow-ledger.ts';
import type { StreamMetrics } from './metrics.ts';
import { rounds, type Rounds } from './rounds.ts';
import type { Subscription } from './subscription.ts';

export interface HubPorts extends Sources {
  readonly read: CatchUpPorts['read'];
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Lets everything else that is due go first. */
  readonly yieldLoop: () => Promise<void>;
  readonly metrics: StreamMetrics;
  readonly log: Log;
}

// How long a client that is told to go may take to read why.
const LEAVE_MS = 5_000;
// Placed at one go: each is told something, which is a write.
const PLACED_AT_ONCE = 100;
const SECOND_MS = 1_000;

const CLOSE: Readonly<Record<Exclude<DropReason, 'silent'>, readonly [number, string]>> = {
  slow: [1013, 'too slow: too much was waiting; subscribe again with afterSeq'],
  unsubscribed: [4408, 'nothing was subscribed to in time'],
  revoked: [4401, 'the token has ended or was revoked'],
  flood: [1008, 'too many messages'],
  stop: [1001, 'the gateway stops; subscribe again with afterSeq'],
};

export class Hub {
  readonly clients: Set<Client> = new Set();
  readonly #audiences = new Map<string, Audience>();
  /** Those whose place in the ledger is not found yet, with what they asked for. */
  readonly #unplaced = new Map<Client, number | undefined>();
  readonly #turns: Rounds;
  readonly #catchUp: CatchUp;
  readonly #ports: HubPorts;

  constructor(ports: HubPorts) {
    this.#ports = ports;
    const { clock, log, metrics, tail, yieldLoop } = ports;
    this.#turns = rounds({
      members: this.clients,
      turn: (client) => {
        if (!client.turn()) this.drop(client, 'slow');
      },
      clock,
      yieldLoop,
      onSlice: (ms) => metrics.sliceSeconds.observe(ms / SECOND_MS),
      onRound: (ms) => metrics.roundSeconds.observe(ms / SECOND_MS),
      onFailure: (err) => log.error({ err }, 'a round of the stream failed'),
    });
    this.#catchUp = catchUp({
      tail,
      read: ports.read,
      onLive: (client) => {
        client.mode = 'live';
        this.wake();
      },
      onTrimmed: (client) => this.#tellReset(client, 'trimmed'),
      clock,
      yieldLoop,
      onFailure: (err) => log.debug({ err }, 'catching up waits for the ledger'),
    });
  }

  add(client: Client): void {
    this.clients.add(client);
    this.#ports.metrics.clients.set(this.clients.size);
  }

  /** The connection is gone. */
  remove(client: Client): void {
    if (client.mode !== 'closed') this.#leave(client);
    // Nobody to keep it up for.
    if (this.clients.size === 0) this.#ports.tail.clear();
  }

  /** There is something new. */
  wake(): void {
    this.#turns.wake();
  }

  /** Resolves when everyone has had a turn since the last wake. */
  settled(): Promise<void> {
    return this.#turns.done();
  }

  follows(channel: Channel): boolean {
    return [...this.#audiences.values()].some(({ subscription }) =>
      subscription.channels.has(channel),
    );
  }

  /** True when its events begin once the ledger was read, see `place`. */
  subscribe(client: Client, wanted: Subscription, afterSeq: number | undefined): boolean {
    if (client.mode === 'closed') return false;
    client.mode = 'off';
    client.revision = 0;
    this.#setAudience(client, wanted);
    if (wanted.hasEvents) {
      this.#unplaced.set(client, afterSeq);
      return true;
    }
    this.#unplaced.delete(client);
    client.tell({ kind: 'subscribed', ...shown(wanted) });
    this.wake();
    return false;
  }

  /** The ledger was just read: those who wait for their place get it. */
  async place(oldestSeq: number): Promise<void> {
    let placed = 0;
    for (const [client, afterSeq] of this.#unplaced) {
      this.#unplaced.delete(client);
      this.#findPlace(client, { afterSeq, oldestSeq });
      placed += 1;
      if (placed % PLACED_AT_ONCE === 0) await this.#ports.yieldLoop();
    }
    if (placed > 0) this.wake();
  }

  /** Events were missed for good: everybody goes on at the head. */
  reset(reason: ResetReason): void {
    for (const client of this.clients) {
      if (client.mode !== 'live' && client.mode !== 'behind') continue;
      this.#tellReset(client, reason);
      client.mode = 'live';
    }
  }

  /** The socket of a client that was held up is free again. */
  resume(client: Client): void {
    if (client.mode === 'behind') this.#catchUp.add(client);
    else this.wake();
  }

  drop(client: Client, reason: DropReason): void {
    if (client.mode === 'closed') return;
    this.#leave(client);
    const { clock, log, metrics } = this.#ports;
    metrics.dropped.inc({ reason });
    const { id, address, token, line } = client;
    const facts = { client: id, address, token: token?.name, reason };
    if (reason !== 'stop') log.info(facts, 'stream client dropped');
    if (reason === 'silent') {
      line.terminate();
      return;
    }
    line.close(...CLOSE[reason]);
    clock.after(LEAVE_MS, () => line.terminate(), { unref: true });
  }

  #leave(client: Client): void {
    client.mode = 'closed';
    this.clients.delete(client);
    this.#unplaced.delete(client);
    this.#setAudience(client, undefined);
    this.#ports.metrics.clients.set(this.clients.size);
  }

  #setAudience(client: Client, wanted: Subscription | undefined): void {
    const before = client.audience;
    if (before !== undefined) {
      before.clients -= 1;
      if (before.clients === 0) this.#audiences.delete(before.subscription.key);
    }
    client.audience = undefined;
    if (wanted === undefined) return;
    const known = this.#audiences.get(wanted.key) ?? audience(wanted, this.#ports);
    known.clients += 1;
    this.#audiences.set(wanted.key, known);
    client.audience = known;
  }

  #findPlace(
    client: Client,
    { afterSeq, oldestSeq }: { readonly afterSeq: number | undefined; readonly oldestSeq: number },
  ): void {
    const { tail } = this.#ports;
    const head = tail.head() ?? 0;
    client.seq = afterSeq ?? head;
    const subscription = client.audience?.subscription;
    client.tell({
      kind: 'subscribed',
      ...(subscription === undefined ? { channels: [] } : shown(subscription)),
      seq: client.seq,
    });
    if (client.seq > head) this.#tellReset(client, 'ahead');
    else if (client.seq < oldestSeq - 1) this.#tellReset(client, 'trimmed');
    client.mode = client.seq < tail.floor() ? 'behind' : 'live';
    if (client.mode === 'behind') this.#catchUp.add(client);
  }

  #tellReset(client: Client, reason: ResetReason): void {
    client.seq = this.#ports.tail.head() ?? 0;
    client.tell({ kind: 'reset', reason, seq: client.seq });
  }
}

function shown({ channels, pairs }: Subscription) {
  return {
    channels: [...channels],
    ...(pairs === undefined ? {} : { pairs: [...pairs] }),
  };
}
