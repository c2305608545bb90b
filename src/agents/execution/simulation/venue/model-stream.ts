import type { Clock, Timer } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type { AccountListener, AccountWatch } from '#exchange/trading/trading-venue.ts';
import type { LineFaults } from './line-faults.ts';
import type { AccountNews, ModelHub } from './model-hub.ts';

export interface StreamOptions {
  readonly hub: ModelHub;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: () => LineFaults;
  readonly listener: AccountListener;
  readonly count: (name: string) => void;
}

const CONNECT_MS = 100;
const DELAY_MS = 20;
const LATE_MS_MAX = 4_000;
const DOWN_MS_MAX = 5_000;
/** A stream that says nothing for so long is found out by the client. */
const MUTE_MS = 5_000;

/**
 * The account's stream. `off`: not connected, everything is missed. `on`: news come, some lost,
 * doubled, late. `mute`: connected, nothing comes, and nobody has noticed yet.
 */
export class ModelStream implements AccountWatch {
  readonly #options: StreamOptions;
  readonly #stop: () => void;
  #mode: 'off' | 'on' | 'mute' = 'off';
  #isClosed = false;
  #timer: Timer | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#stop = options.hub.listen((news) => this.#hear(news));
    this.#connect(CONNECT_MS);
    this.#everySecond();
  }

  get isCurrent(): boolean {
    return this.#mode !== 'off';
  }

  restart(reason: string): void {
    this.#break(reason);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#mode = 'off';
    this.#timer?.cancel();
    this.#stop();
    return Promise.resolve();
  }

  #connect(delayMs: number): void {
    const { clock, hub, listener } = this.#options;
    this.#timer = clock.after(delayMs, () => {
      if (this.#isClosed) return;
      if (hub.isInMaintenance) {
        this.#connect(1_000);
        return;
      }
      this.#mode = 'on';
      listener.onSubscribed();
    });
  }

  #break(cause: string): void {
    if (this.#mode === 'off' || this.#isClosed) return;
    const { random, listener, count } = this.#options;
    count('stream gap');
    this.#mode = 'off';
    listener.onGap(cause);
    this.#connect(CONNECT_MS + random.next() * DOWN_MS_MAX);
  }

  #everySecond(): void {
    const { clock, hub } = this.#options;
    clock.after(1_000, () => {
      if (this.#isClosed) return;
      const { gap, mute } = this.#options.faults();
      if (hub.isInMaintenance) this.#break('maintenance');
      else if (this.#mode === 'on' && this.#chance(gap)) this.#break('connection reset');
      else if (this.#mode === 'on' && this.#chance(mute)) this.#fallSilent();
      this.#everySecond();
    });
  }

  #fallSilent(): void {
    this.#mode = 'mute';
    this.#options.clock.after(MUTE_MS, () => {
      if (this.#mode === 'mute') this.#break('mute');
    });
  }

  #hear(news: AccountNews): void {
    const { clock, random, count } = this.#options;
    const faults = this.#options.faults();
    if (this.#mode !== 'on') {
      count('event missed in a gap');
      return;
    }
    if (this.#chance(faults.lostEvent)) {
      count('event lost');
      return;
    }
    const times = this.#chance(faults.doubledEvent) ? 2 : 1;
    const lateMs = this.#chance(faults.lateEvent) ? random.next() * LATE_MS_MAX : 0;
    for (let i = 0; i < times; i += 1) {
      clock.after(DELAY_MS + lateMs + i * DELAY_MS, () => this.#deliver(news));
    }
  }

  #deliver(news: AccountNews): void {
    if (this.#isClosed) return;
    const { listener } = this.#options;
    switch (news.kind) {
      case 'order':
        listener.onOrder(news.order, news.trade);
        return;
      case 'balance':
        listener.onBalance(news.balance);
        return;
      case 'flow':
        listener.onFlow(news.asset, news.amount, news.atMs);
        return;
    }
  }

  #chance(probability: number): boolean {
    return this.#options.random.next() < probability;
  }
}
