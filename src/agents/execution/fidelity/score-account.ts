import { withTwin } from '#broker/paper/twin.ts';
import type { AccountSide, OpenAccountSide } from '../account-side/account-side.ts';
import type { FidelityWatch } from './fidelity-watch.ts';

/** A simulated account is scored against the market it lives on. */
export function scoredPaper(open: OpenAccountSide, watch: FidelityWatch): OpenAccountSide {
  return async (market) => {
    const side = await open(market);
    return { ...side, ...hearing([side], watch) };
  };
}

/** Beside a real account runs a simulated one that is told the same, and is held against it. */
export function withPaperTwin(
  real: OpenAccountSide,
  paper: OpenAccountSide,
  given: {
    readonly watch: FidelityWatch;
    readonly background: (name: string, work: Promise<unknown>) => void;
  },
): OpenAccountSide {
  return async (market) => {
    const [side, twin] = [await real(market), await paper(market)];
    twin.broker.listen((event) => given.watch.onTwin(event));
    const broker = withTwin(side.broker, twin.broker, given.background);
    return { ...side, broker, ...hearing([side, twin], given.watch) };
  };
}

function hearing(
  sides: readonly AccountSide[],
  watch: FidelityWatch,
): Required<Pick<AccountSide, 'onBook' | 'onTrades'>> {
  return {
    onBook: (book) => {
      for (const side of sides) side.onBook?.(book);
      watch.onBook(book);
    },
    onTrades: (trades) => {
      for (const side of sides) side.onTrades?.(trades);
      watch.onTrades(trades);
    },
  };
}
