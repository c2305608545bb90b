import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { Broker } from '../broker.ts';

/** More than any desk sells: each order is scored by itself, whatever the twin's others did. */
const PLENTY = '1000000000000' as DecimalText;

/**
 * The real broker with a paper broker beside it that is told the same at the same moment. The twin's
 * answers go to nobody but its own listener: it has no account, and nothing waits for it.
 */
export function withTwin(
  real: Broker,
  twin: Broker,
  background: (name: string, work: Promise<unknown>) => void,
): Broker {
  const own = (order: Order): Order => ({ ...order, account: twin.account });
  const opened = new Map<Pair, Promise<void>>();

  function open(pair: Pair): Promise<void> {
    const opening =
      opened.get(pair) ?? twin.restore({ pair, orders: [], ownedQty: PLENTY, seen: undefined });
    opened.set(pair, opening);
    return opening;
  }

  function beside(
    pair: Pair,
    work: () => Promise<CommandOutcome>,
    copy: () => Promise<CommandOutcome>,
  ): Promise<CommandOutcome> {
    // The real one first: the twin must not cost it a microsecond it can see.
    const answer = work();
    background('paper twin', open(pair).then(copy));
    return answer;
  }

  return {
    account: real.account,
    features: real.features,
    absenceFenceMs: real.absenceFenceMs,
    place: (order) =>
      beside(
        order.pair,
        () => real.place(order),
        () => twin.place(own(order)),
      ),
    placeExitList: (legs) =>
      beside(
        legs.stop.pair,
        () => real.placeExitList(legs),
        () => twin.placeExitList({ stop: own(legs.stop), target: own(legs.target) }),
      ),
    placeBracket: (asked) => {
      const { entry, stop, target } = asked;
      const copy = { entry: own(entry), stop: own(stop), target: own(target) };
      return beside(
        entry.pair,
        () => real.placeBracket(asked),
        () => twin.placeBracket(copy),
      );
    },
    replace: (old, next) =>
      beside(
        old.pair,
        () => real.replace(old, next),
        () => twin.replace(own(old), own(next)),
      ),
    cancel: (order) =>
      beside(
        order.pair,
        () => real.cancel(order),
        () => twin.cancel(order),
      ),
    query: (order) => real.query(order),
    openOrders: () => real.openOrders(),
    fillsSince: (query) => real.fillsSince(query),
    listen: (listener) => real.listen(listener),
    restore: (state) => real.restore(state),
    isCurrent: (pair) => real.isCurrent(pair),
    seen: (pair) => real.seen(pair),
  };
}
