/**
 * What the makers are willing to show, to order: a wide spread or a thin book, which no seed brings
 * when a test needs one. One per symbol, the last word counts; takers come as they did.
 */
export interface Liquidity {
  /** Least distance of best ask and best bid, of the price; 0 = the usual one. */
  readonly spreadFraction: number;
  /** Of the usual size of every level; 1 = all of it. */
  readonly depthShare: number;
}

export const USUAL_LIQUIDITY: Liquidity = { spreadFraction: 0, depthShare: 1 };

export class LiquidityBoard {
  readonly #bySymbol = new Map<string, Liquidity>();

  put(symbol: string, liquidity: Liquidity): void {
    this.#bySymbol.set(symbol, liquidity);
  }

  clear(): void {
    this.#bySymbol.clear();
  }

  /** The same object until another was put, so that a maker sees whether its word has changed. */
  of(symbol: string): Liquidity {
    return this.#bySymbol.get(symbol) ?? USUAL_LIQUIDITY;
  }
}
