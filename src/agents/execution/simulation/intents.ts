import { OperatorCommand } from '#core/model/operator-command.ts';
import { IntentId, TradeIntent } from '#core/model/intent.ts';
import type { Pair } from '#core/model/pair.ts';
import { hashId } from '#platform/ids.ts';
import type { Random } from '#platform/random.ts';

const KINDS: readonly OperatorCommand['kind'][] = ['pause', 'flatten', 'kill-switch'];

/** What workers and operators might wish, sensible or not. */
export class Wishes {
  readonly #random: Random;
  readonly #past: TradeIntent[] = [];
  readonly #commands: OperatorCommand[] = [];
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  intent(pair: Pair, nowMs: number): TradeIntent {
    const random = this.#random;
    const before = this.#past[random.int(this.#past.length + 1)];
    if (before !== undefined && random.next() < 0.15) return before;
    this.#count += 1;
    const isLate = random.next() < 0.05;
    const common = {
      id: IntentId.parse(hashId(['simulation', this.#count])),
      desk: 'simulation',
      variant: 'main',
      pair,
      timeframe: '1m',
      candleCloseMs: nowMs,
      evaluationId: `${this.#count}`,
      confidence: 0.8,
      receivedMs: nowMs,
      createdMs: nowMs,
      expiresAtMs: nowMs + (isLate ? -1_000 : 30_000),
    };
    const intent = TradeIntent.parse({ ...common, ...this.#action() });
    this.#past.push(intent);
    return intent;
  }

  command(pair: Pair, nowMs: number): OperatorCommand {
    const random = this.#random;
    const before = this.#commands[random.int(this.#commands.length + 1)];
    if (before !== undefined && random.next() < 0.1) return before;
    this.#count += 1;
    const command = OperatorCommand.parse({
      id: `simulated-${this.#count}`,
      by: 'simulation',
      reason: 'at random',
      issuedMs: nowMs,
      ...this.#order(pair),
    });
    this.#commands.push(command);
    return command;
  }

  #order(pair: Pair): object {
    const random = this.#random;
    const roll = random.next();
    if (roll < 0.4) return { kind: 'resume' };
    if (roll < 0.55) return { kind: KINDS[random.int(KINDS.length)] };
    if (roll < 0.65) return { kind: 'close', pair };
    const share = 0.1 + 0.9 * random.next();
    if (roll < 0.75) return { kind: 'order', order: { side: 'sell', pair, share } };
    const riskFraction = 0.0005 + 0.002 * random.next();
    return { kind: 'order', order: { side: 'buy', pair, riskFraction } };
  }

  #action(): object {
    const random = this.#random;
    const roll = random.next();
    if (roll < 0.15) return { action: 'exit' };
    if (roll < 0.25) return { action: 'reduce', reduceFraction: 0.1 + 0.8 * random.next() };
    const stopDistanceFraction = 0.002 + 0.02 * random.next();
    return {
      action: 'enter',
      stopDistanceFraction,
      targetDistanceFraction: 0.002 + 0.03 * random.next(),
      ...(random.next() < 0.3 && { trailingDistanceFraction: stopDistanceFraction }),
    };
  }
}
