import { type Decimal, format, isNegative, isZero, ZERO } from '#core/money/decimal.ts';
import { assert } from '#platform/errors.ts';
import type { VenueBalance } from '#exchange/trading/trading-venue.ts';

/** Coins set aside for orders. The legs of a list share one: only one of them can take it. */
export interface Hold {
  readonly asset: string;
  amount: Decimal;
}

/** What the account has. Nothing in it is ever negative, and nothing comes from nowhere. */
export class ModelFunds {
  readonly #free = new Map<string, Decimal>();
  readonly #locked = new Map<string, Decimal>();

  free(asset: string): Decimal {
    return this.#free.get(asset) ?? ZERO;
  }

  locked(asset: string): Decimal {
    return this.#locked.get(asset) ?? ZERO;
  }

  total(asset: string): Decimal {
    return this.free(asset).plus(this.locked(asset));
  }

  /** Signed: what comes in or goes out of the free balance. */
  move(asset: string, amount: Decimal): void {
    set(this.#free, asset, this.free(asset).plus(amount));
  }

  /** Undefined when there is not enough. */
  hold(asset: string, amount: Decimal): Hold | undefined {
    if (this.free(asset).lt(amount)) return undefined;
    this.move(asset, ZERO.minus(amount));
    set(this.#locked, asset, this.locked(asset).plus(amount));
    return { asset, amount };
  }

  /** Gives a part of a hold back. */
  release(hold: Hold, amount: Decimal = hold.amount): void {
    this.spend(hold, amount);
    this.move(hold.asset, amount);
  }

  /** Takes a part of a hold out of the account. */
  spend(hold: Hold, amount: Decimal): void {
    assert(!hold.amount.lt(amount), 'more was taken than was held');
    hold.amount = hold.amount.minus(amount);
    set(this.#locked, hold.asset, this.locked(hold.asset).minus(amount));
  }

  balance(asset: string): VenueBalance {
    return { asset, free: format(this.free(asset)), locked: format(this.locked(asset)) };
  }

  balances(): readonly VenueBalance[] {
    const assets = new Set([...this.#free.keys(), ...this.#locked.keys()]);
    return [...assets]
      .filter((asset) => !isZero(this.total(asset)))
      .map((asset) => this.balance(asset));
  }
}

function set(amounts: Map<string, Decimal>, asset: string, amount: Decimal): void {
  assert(!isNegative(amount), 'a balance of the model venue is never negative', { asset });
  amounts.set(asset, amount);
}
