/** The parent's hand on a desk in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TradeIntent } from '#core/model/intent.ts';
import type { OrderWorld } from './order-world.ts';
import { DESK_ID } from './order-section.ts';

interface Status {
  readonly isReady: boolean;
  readonly isFenced: boolean;
  readonly left: readonly string[];
  readonly held: number;
  readonly problems: readonly string[];
}

const PROGRAM = join(import.meta.dirname, '../processes/order-desk.ts');
const QUOTE_MS = 200;
const LOOK_MS = 20;
const WITHIN_MS = 60_000;
const UNHEARD: Status = {
  isReady: false,
  isFenced: false,
  left: ['starting'],
  held: 0,
  problems: [],
};

export class DeskChild {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #world: OrderWorld;
  readonly #timer: NodeJS.Timeout;
  #status = UNHEARD;
  #statuses = 0;
  #isGone = false;
  #exitCode: number | null = null;

  constructor(
    world: OrderWorld,
    death: { readonly point: string; readonly nth: number },
    deskId = DESK_ID,
  ) {
    this.#world = world;
    const { url, path, transport } = world.lifeOptions();
    const { style } = world.options;
    const { point, nth } = death;
    const wish = { url, path, style, transport, deskId, point, nth };
    this.#process = fork(PROGRAM, [JSON.stringify(wish)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#exited = once(this.#process, 'exit').then(([code]) => {
      this.#isGone = true;
      // Killed, it has none; with one it failed by itself.
      this.#exitCode = code as number | null;
    });
    this.#process.on('message', (said) => {
      this.#status = said as Status;
      this.#statuses += 1;
    });
    this.#timer = setInterval(() => this.#tell({ kind: 'quote', quote: world.quote() }), QUOTE_MS);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** It ended in another way than by a signal. */
  get hasFailed(): boolean {
    return this.#isGone && this.#exitCode !== null;
  }

  get status(): Status {
    return this.#status;
  }

  send(intent: TradeIntent): void {
    this.#statuses = 0;
    this.#tell({ kind: 'intent', intent });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  /** Until it says so, or is dead. */
  async until(what: string, isSo: (status: Status) => boolean): Promise<void> {
    const endMs = performance.now() + WITHIN_MS;
    // Two statuses after the last message: the first may have been under way already.
    while (!this.#isGone && !(this.#statuses >= 2 && isSo(this.#status))) {
      if (performance.now() > endMs) {
        throw new Error(`${what}: not within ${WITHIN_MS} ms; ${this.#status.left.join(', ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  settled(): Promise<void> {
    return this.until('the child settles', ({ isReady, left }) => {
      return isReady && left.length === 0 && !this.#world.isBare();
    });
  }

  async kill(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isGone) this.#process.kill('SIGKILL');
    await this.#exited;
  }

  #tell(message: object): void {
    // It may die in this very moment: that is what it is for.
    if (!this.#isGone && this.#process.connected) this.#process.send(message, () => undefined);
  }
}
