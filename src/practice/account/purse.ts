import { assert } from '#platform/errors.ts';
import type { Units } from './amount.ts';

export interface Pocket {
  free: Units;
  locked: Units;
}

/**
 * The balances of one account. Nothing here ever goes below zero: who takes has asked before. What
 * is locked is locked under a key (an order, or a list whose orders share it), so that the sum of
 * the holds is always the locked balance.
 */
export class Purse {
  readonly #pockets = new Map<string, Pocket>();
  readonly #holds = new Map<string, { readonly asset: string; amount: Units }>();
  readonly #touched = new Set<string>();

  free(asset: string): Units {
    return this.#pockets.get(asset)?.free ?? 0n;
  }

  total(asset: string): Units {
    const pocket = this.#pockets.get(asset);
    return pocket === undefined ? 0n : pocket.free + pocket.locked;
  }

  held(key: string): Units {
    return this.#holds.get(key)?.amount ?? 0n;
  }

  /** Adds to the free balance, or takes from it when negative. */
  move(asset: string, amount: Units): void {
    const pocket = this.#pocket(asset);
    assert(pocket.free + amount >= 0n, 'an account would owe the exchange', { asset });
    pocket.free += amount;
  }

  /** Makes the hold exactly `amount`; 0 ends it. */
  hold(key: string, asset: string, amount: Units): void {
    const change = amount - this.held(key);
    if (change === 0n) return;
    const pocket = this.#pocket(asset);
    assert(pocket.free >= change && amount >= 0n, 'more is locked than is free', { asset, key });
    pocket.free -= change;
    pocket.locked += change;
    if (amount === 0n) this.#holds.delete(key);
    else this.#holds.set(key, { asset, amount });
  }

  /** Spends from a hold. */
  spend(key: string, amount: Units): void {
    const hold = this.#holds.get(key);
    assert(hold !== undefined && hold.amount >= amount, 'a hold is too small', { key });
    hold.amount -= amount;
    this.#pocket(hold.asset).locked -= amount;
    if (hold.amount === 0n) this.#holds.delete(key);
  }

  /** Every asset the account has or had. */
  pockets(): ReadonlyMap<string, Readonly<Pocket>> {
    return this.#pockets;
  }

  holds(): ReadonlyMap<string, { readonly asset: string; readonly amount: Units }> {
    return this.#holds;
  }

  /** Assets that changed since the last call. */
  takeTouched(): string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  #pocket(asset: string): Pocket {
    this.#touched.add(asset);
    const found = this.#pockets.get(asset);
    if (found !== undefined) return found;
    const pocket: Pocket = { free: 0n, locked: 0n };
    this.#pockets.set(asset, pocket);
    return pocket;
  }
}
