import type { Pair } from '#core/model/pair.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';

type Question = 'orders' | 'trades';

/**
 * Sees at the line of one process of the desk whether the venue was asked about a pair that joined
 * before the pair was entered.
 */
export class JoinWatch {
  readonly #onProblem: (problem: string) => void;
  readonly #count: (name: string) => void;
  /** What is still to be answered of each pair in use; undefined before the process said which. */
  #open: ReadonlyMap<Pair, Set<Question>> | undefined;

  constructor(options: {
    readonly onProblem: (problem: string) => void;
    readonly count: (name: string) => void;
  }) {
    this.#onProblem = options.onProblem;
    this.#count = options.count;
  }

  /** Of those of the start the ledger may know the executions. */
  follow(pairs: readonly Pair[]): void {
    const before = this.#open;
    const questions: readonly Question[] = before === undefined ? ['orders'] : ['orders', 'trades'];
    this.#open = new Map(pairs.map((pair) => [pair, before?.get(pair) ?? new Set(questions)]));
  }

  watched(line: TradingVenue): TradingVenue {
    const bound = (name: string | symbol): unknown => {
      const value: unknown = Reflect.get(line, name);
      return typeof value === 'function' ? (value.bind(line) as unknown) : value;
    };
    const seen: Partial<TradingVenue> = {
      openOrders: async () => {
        const asked = [...(this.#open?.values() ?? [])];
        const orders = await line.openOrders();
        for (const questions of asked) this.#answered(questions, 'orders');
        return orders;
      },
      trades: async (query) => {
        const questions = this.#open?.get(query.pair);
        const trades = await line.trades(query);
        if (questions !== undefined) this.#answered(questions, 'trades');
        return trades;
      },
      place: (ticket) => {
        if (ticket.side === 'buy') this.#entered(ticket.pair);
        return line.place(ticket);
      },
      placeBracket: (ticket) => {
        this.#entered(ticket.entry.pair);
        return line.placeBracket(ticket);
      },
    };
    return new Proxy(line, {
      get: (_line, name): unknown => Reflect.get(seen, name) ?? bound(name),
    });
  }

  #answered(questions: Set<Question>, question: Question): void {
    if (questions.delete(question) && questions.size === 0) this.#count('pair asked about');
  }

  #entered(pair: Pair): void {
    const left = this.#open?.get(pair);
    if (left === undefined) this.#onProblem(`${pair} was entered and is not in use`);
    else if (left.size > 0) this.#onProblem(`${pair} was entered without ${[...left].join(', ')}`);
  }
}
