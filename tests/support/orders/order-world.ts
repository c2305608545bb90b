/**
 * A practice exchange of one pair whose market the test moves, an account with keys on it, and a
 * desk that trades there. Each case has its own, so that many run side by side.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IntentId, TradeIntent } from '#core/model/intent.ts';
import { Quote } from '#core/model/market.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { hashId } from '#platform/ids.ts';
import type { TradingAccount } from '#practice/account/trading.ts';
import { Fault } from '#practice/faults/fault.ts';
import type { FaultRun } from '#practice/faults/fault-board.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { type HandWorld, handWorld } from '../hand-world.ts';
import { accountConfig, UID } from '../practice-account.ts';
import { practice } from '../practice.ts';
import { bareQty, differencesFrom } from './account-truth.ts';
import { type Life, type LifeOptions, startLife, unsettledIn } from './desk-life.ts';
import { BTC, DESK_ID, type EntryStyle, orderConfig } from './order-section.ts';

export interface OrderWorldOptions {
  readonly style: EntryStyle;
  readonly transport: 'rest' | 'socket';
}

const LOOK_MS = 20;
const QUOTE_MS = 250;
/** Longer than a fence with its questions, whatever the machine does meanwhile. */
export const SETTLE_WITHIN_MS = 90_000;
const DUST_QTY = 0.05;

export class OrderWorld implements AsyncDisposable {
  readonly exchange: PracticeExchange;
  readonly hand: HandWorld;
  readonly path: string;
  readonly options: OrderWorldOptions;
  /** Longest time that more than dust was held without a stop while the desk lived. */
  unprotectedMsMax = 0;
  #life: Life | undefined;
  #bid = 99.9;
  #intents = 0;
  #bareSinceMs: number | undefined;
  readonly #folder: string;
  readonly #stops: (() => void)[] = [];

  static async open(options: OrderWorldOptions): Promise<OrderWorld> {
    const clock = systemClock();
    const hand = handWorld(clock, '100');
    const accounts = accountConfig({ balances: { USDT: '30000' } });
    const exchange = await practice({ clock, world: hand.world, accounts });
    return new OrderWorld(options, hand, exchange);
  }

  private constructor(options: OrderWorldOptions, hand: HandWorld, exchange: PracticeExchange) {
    this.options = options;
    this.hand = hand;
    this.exchange = exchange;
    this.#folder = mkdtempSync(join(tmpdir(), 'nightdesk-orders-'));
    this.path = join(this.#folder, 'ledger.db');
    this.showBook();
    this.#stops.push(this.account.subscribe(() => this.#watch()));
    const timer = setInterval(() => this.life?.execution.onQuote(this.quote()), QUOTE_MS);
    this.#stops.push(() => clearInterval(timer));
  }

  get account(): TradingAccount {
    return this.exchange.floor.account(UID);
  }

  get life(): Life | undefined {
    return this.#life;
  }

  lifeOptions(more: Partial<LifeOptions> = {}): LifeOptions {
    const { style, transport } = this.options;
    const { path, exchange } = this;
    return { url: exchange.url, path, config: orderConfig(style), transport, ...more };
  }

  async startDesk(more: Partial<LifeOptions> = {}): Promise<Life> {
    this.#life = await startLife(this.lifeOptions(more));
    this.#bareSinceMs = undefined;
    this.#watch();
    this.#life.execution.onQuote(this.quote());
    return this.#life;
  }

  /** Another desk, with a ledger of its own, on the same account; the caller closes it. */
  async startOther(path: string, deskId: string): Promise<Life> {
    const config = orderConfig(this.options.style, deskId);
    const life = await startLife(this.lifeOptions({ path, config }));
    life.execution.onQuote(this.quote());
    return life;
  }

  async stopDesk(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    this.#bareSinceMs = undefined;
    await life?.close();
  }

  /** Ready to enter: its account was read and agrees. */
  async ready(): Promise<void> {
    await this.until('the desk is ready', () =>
      Promise.resolve((this.#life?.counts.get('reconciled') ?? 0) > 0),
    );
  }

  fault(fault: object): FaultRun {
    const run = this.exchange.faults.start(Fault.parse(fault));
    if (run === undefined) throw new Error('too many faults at once');
    return run;
  }

  /** Others' orders around a price, deep enough for whatever the desk does. */
  showBook(bid = this.#bid, qty = '50'): void {
    this.#bid = bid;
    const at = (offset: number): string => (bid + offset).toFixed(2);
    this.hand.showBook(
      [
        [at(0), qty],
        [at(-0.1), qty],
      ],
      [
        [at(0.1), qty],
        [at(0.2), qty],
      ],
    );
  }

  quote(): Quote {
    const nowMs = Date.now();
    return Quote.parse({
      pair: BTC,
      bid: this.#bid.toFixed(2),
      bidQty: '50',
      ask: (this.#bid + 0.1).toFixed(2),
      askQty: '50',
      atMs: nowMs,
      receivedMs: nowMs,
    });
  }

  intent(action: object): TradeIntent {
    this.#intents += 1;
    const nowMs = Date.now();
    return TradeIntent.parse({
      id: IntentId.parse(hashId([this.path, this.#intents])),
      desk: DESK_ID,
      variant: 'main',
      pair: BTC,
      timeframe: '1m',
      candleCloseMs: nowMs,
      evaluationId: `${this.#intents}`,
      confidence: 1,
      receivedMs: nowMs,
      createdMs: nowMs,
      expiresAtMs: nowMs + 60_000,
      ...action,
    });
  }

  enter(): TradeIntent {
    const levels = { stopDistanceFraction: 0.05, targetDistanceFraction: 0.08 };
    return this.intent({ action: 'enter', ...levels });
  }

  async send(intent: TradeIntent): Promise<void> {
    await this.#life?.execution.onIntent(intent);
  }

  /** Nothing is under way any more, and what is held is protected. */
  async settled(): Promise<void> {
    await this.until('everything is settled', async () => {
      const left = await this.unsettled();
      return left.length === 0;
    });
  }

  /** What is still under way, in words. */
  async unsettled(): Promise<readonly string[]> {
    const life = this.#life;
    if (life === undefined) return ['no desk'];
    const left = [...(await unsettledIn(life))];
    if (this.isBare()) left.push(`bare ${bareQty(this.account)}`);
    return left;
  }

  async held(): Promise<boolean> {
    return (this.#life?.execution.heldPairs().length ?? 0) > 0;
  }

  /** What the venue and the ledger do not agree on, once they had the time to. */
  async differences(): Promise<readonly string[]> {
    const life = this.#life;
    if (life === undefined) return ['no desk'];
    let found: readonly string[] = [];
    const look = async (): Promise<boolean> => {
      found = await differencesFrom({
        path: this.path,
        account: this.account,
        ledger: life.ledger,
      });
      return found.length === 0;
    };
    await this.until('ledger and venue agree', look, 20_000).catch(() => undefined);
    return [...found, ...life.problems.map(String), ...illegal(life)];
  }

  async until(
    what: string,
    isSo: () => Promise<boolean>,
    withinMs = SETTLE_WITHIN_MS,
  ): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!(await isSo())) {
      if (performance.now() > endMs) {
        const left = (await this.unsettled()).join(', ');
        throw new Error(`${what}: not within ${withinMs} ms; ${left}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.stopDesk();
    await this.exchange.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** More than dust is held without working stops. */
  isBare(): boolean {
    return Number(bareQty(this.account)) > DUST_QTY;
  }

  #watch(): void {
    const nowMs = performance.now();
    const isBare = this.#life !== undefined && this.isBare();
    if (isBare) this.#bareSinceMs ??= nowMs;
    if (isBare || this.#bareSinceMs === undefined) return;
    this.unprotectedMsMax = Math.max(this.unprotectedMsMax, nowMs - this.#bareSinceMs);
    this.#bareSinceMs = undefined;
  }
}

function illegal({ counts }: Life): readonly string[] {
  const count = counts.get('illegal event') ?? 0;
  return count === 0 ? [] : [`${count} illegal order events`];
}
