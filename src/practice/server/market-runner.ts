/**
 * Moves the world about twenty times a second and lets the streams speak after each step. Also
 * owns the status of symbols: faults and the end of recorded data change it.
 */
import type { Clock, Timer } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { FaultRun } from '../faults/fault-board.ts';
import { targetMatches } from '../faults/fault-target.ts';
import type { SymbolStatus, WorldEvent } from '../world.ts';
import type { SocketServer } from './socket-server.ts';
import type { StreamFeed } from './stream-feed.ts';
import type { Venue } from './venue.ts';

const STEP_MS = 50;

export interface MarketParts {
  readonly venue: Venue;
  readonly feed: StreamFeed;
  readonly sockets: Pick<SocketServer, 'tick'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onStep: (() => void) | undefined;
}

export class MarketRunner {
  readonly #parts: MarketParts;
  /** Per fault that changes statuses, the one each symbol had before. */
  readonly #statuses = new Map<string, Map<string, SymbolStatus>>();
  #unsubscribe: (() => void) | undefined;
  #timer: Timer | undefined;
  #hasEnded = false;

  constructor(parts: MarketParts) {
    this.#parts = parts;
    parts.venue.faults.onChange((run, phase) => {
      parts.log.info({ id: run.id, fault: run.fault.kind, phase }, 'fault changes');
      const status = statusUnder(run);
      if (status === undefined) return;
      if (phase === 'begin') this.#changeStatus(run, status);
      else this.#restoreStatus(run);
    });
  }

  /** True when a replay has served all its data. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  start(): void {
    this.#unsubscribe = this.#parts.venue.world.subscribe((event) => this.#onEvent(event));
    this.#step();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#unsubscribe?.();
  }

  #step(): void {
    const { venue, feed, sockets, clock, onStep } = this.#parts;
    const startedMs = clock.monotonic();
    venue.world.step();
    feed.tick();
    sockets.tick();
    onStep?.();
    const tookMs = clock.monotonic() - startedMs;
    this.#timer = clock.after(Math.max(1, STEP_MS - tookMs), () => this.#step());
  }

  #onEvent(event: WorldEvent): void {
    if (event.kind === 'endOfData') this.#endData(event.timeMs);
    this.#parts.feed.onEvent(event);
  }

  // Whoever reads exchangeInfo then sees that nothing trades any more, as on any venue.
  #endData(timeMs: number): void {
    const { venue, log } = this.#parts;
    log.warn({ timeMs }, 'recorded data has ended');
    this.#hasEnded = true;
    for (const symbol of venue.symbols.keys()) venue.world.setStatus(symbol, 'BREAK');
  }

  #changeStatus(run: FaultRun, status: SymbolStatus): void {
    const { world, symbols } = this.#parts.venue;
    const before = new Map<string, SymbolStatus>();
    for (const symbol of symbols.keys()) {
      if (!targetMatches({ symbol: run.fault.target.symbol }, { symbol })) continue;
      before.set(symbol, world.status(symbol));
      world.setStatus(symbol, status);
    }
    this.#statuses.set(run.id, before);
  }

  #restoreStatus(run: FaultRun): void {
    for (const [symbol, status] of this.#statuses.get(run.id) ?? []) {
      this.#parts.venue.world.setStatus(symbol, this.#hasEnded ? 'BREAK' : status);
    }
    this.#statuses.delete(run.id);
  }
}

function statusUnder({ fault }: FaultRun): SymbolStatus | undefined {
  if (fault.kind === 'maintenance') return 'BREAK';
  return fault.kind === 'cancel-only' ? 'CANCEL_ONLY' : undefined;
}
