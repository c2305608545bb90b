import type { Pair } from '#core/model/pair.ts';
import type { TradingVenue, VenueTrade } from '#exchange/trading/trading-venue.ts';

/** Venue order numbers whose client id was asked for; a desk on a busy account meets many. */
const ASKED_MAX = 5_000;
/** Orders asked for at once: each costs request weight. */
const AT_ONCE = 5;

/** Which order a trade belongs to, where the venue names it by its own number only. */
export interface TradeNames {
  /** The client id of the order, of whomever it is; undefined when the venue does not know it. */
  nameOf(trade: VenueTrade): Promise<string | undefined>;
  /** Names of many trades, each order asked for once. */
  namesOf(trades: readonly VenueTrade[]): Promise<readonly (string | undefined)[]>;
}

export function tradeNames(options: {
  readonly venue: Pick<TradingVenue, 'order'>;
  readonly known: (pair: Pair, venueOrderId: string) => string | undefined;
}): TradeNames {
  const { venue, known } = options;
  const asked = new Map<string, Promise<string | undefined>>();

  async function ask(pair: Pair, venueOrderId: string): Promise<string | undefined> {
    const order = await venue.order({ pair, venueOrderId });
    return order === 'absent' ? undefined : order.clientOrderId;
  }

  function nameOf(trade: VenueTrade): Promise<string | undefined> {
    const { pair, venueOrderId, clientOrderId } = trade;
    const name = clientOrderId ?? known(pair, venueOrderId);
    if (name !== undefined) return Promise.resolve(name);
    const key = `${pair} ${venueOrderId}`;
    const earlier = asked.get(key);
    if (earlier !== undefined) return earlier;
    const answer = ask(pair, venueOrderId);
    asked.set(key, answer);
    // What is not known now may be known later: lists and orders come from different places.
    answer.then(
      (found) => found === undefined && asked.delete(key),
      () => asked.delete(key),
    );
    const [oldest] = asked.keys();
    if (asked.size > ASKED_MAX && oldest !== undefined) asked.delete(oldest);
    return answer;
  }

  return {
    nameOf,
    namesOf: async (trades) => {
      const names: (string | undefined)[] = [];
      for (let i = 0; i < trades.length; i += AT_ONCE) {
        names.push(...(await Promise.all(trades.slice(i, i + AT_ONCE).map(nameOf))));
      }
      return names;
    },
  };
}
