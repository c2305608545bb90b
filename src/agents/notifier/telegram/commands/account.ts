/** What the account holds and how much room the rules leave. */
import { isZero, sub, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { exact, gain, money, pairs, percent, table } from '../text/figures.ts';
import { bold, fixed, plain } from '../text/line.ts';
import { answer, type Command, type CommandPorts } from './command.ts';
import { asOf, haltLines } from './status.ts';

export const balanceCommand: Command = {
  name: 'balance',
  help: 'cash, coins and what is held by orders',
  role: 'viewer',
  canRefresh: true,
  run: async ({ desk, zone }) => {
    const [figures, balances] = await Promise.all([
      desk.figures(),
      desk.read((reader) => reader.balances(desk.account)),
    ]);
    if (figures === undefined) return answer([plain('the account is not known yet')]);
    const assets = balances.filter(
      ({ kind, amount }) => (kind === 'free' || kind === 'held') && !isZero(amount),
    );
    const sinceStart = sub(figures.equityQuote, figures.capitalQuote);
    return answer([
      bold(`account ${desk.account}, ${desk.quoteAsset}`),
      ...fixed(
        pairs([
          ['equity', money(figures.equityQuote)],
          ['since the start', gain(toNumber(sinceStart))],
          ['cash', money(figures.cashQuote)],
          ['held by orders', money(figures.heldQuote)],
          ['positions', money(figures.positionsQuote)],
          ['fees paid', money(figures.feesQuote)],
        ]),
      ),
      bold('by asset'),
      ...fixed(table(assets.map(({ asset, kind, amount }) => [asset, kind, exact(amount)]))),
      ...asOf(figures, zone),
    ]);
  },
};

export const countCommand: Command = {
  name: 'count',
  help: 'how many positions and orders are open, of how many',
  role: 'viewer',
  run: async (ports) => {
    const { desk } = ports;
    const [held, orders] = await Promise.all([
      desk.positions(),
      desk.read((reader) => reader.orders({ account: desk.account, isOpen: true, limit: 500 })),
    ]);
    return answer(
      fixed(
        pairs([
          ['positions', `${held.length} of ${limitsOf(ports).open_positions_max}`],
          ['open orders', String(orders.rows.length)],
        ]),
      ),
    );
  },
};

export const riskCommand: Command = {
  name: 'risk',
  help: 'limits, how much of each is used, and halts',
  role: 'viewer',
  canRefresh: true,
  run: async (ports) => {
    const { desk, zone } = ports;
    const limits = limitsOf(ports);
    const [figures, held, halts, accounts] = await Promise.all([
      desk.figures(),
      desk.positions(),
      desk.halts(),
      desk.read((reader) => reader.accounts()),
    ]);
    const own = accounts.find(({ account }) => account === desk.account);
    const dayLoss = lossOfDay(own?.dayStartEquityQuote, figures?.dayPnlQuote);
    return answer([
      bold('risk'),
      ...fixed(
        table([
          ['', 'now', 'limit'],
          ['exposure', percent(figures?.exposureFraction ?? 0), percent(limits.total_exposure_max)],
          ['drawdown', percent(figures?.drawdownFraction ?? 0), percent(limits.drawdown_halt)],
          ['loss today', percent(dayLoss), percent(limits.daily_loss_max)],
          ['losses in a row', String(own?.lossesInRow ?? 0), String(limits.losses_in_row_max)],
          ['positions', String(held.length), String(limits.open_positions_max)],
          ['risk of a trade', '', percent(limits.risk_fraction)],
          ['one pair', '', percent(limits.pair_exposure_max)],
        ]),
      ),
      ...(halts.length === 0 ? [plain('no halt: entries are taken')] : haltLines(halts, zone)),
      ...asOf(figures, zone),
    ]);
  },
};

function lossOfDay(start: DecimalText | undefined, pnl: DecimalText | undefined): number {
  if (start === undefined || pnl === undefined || toNumber(start) <= 0) return 0;
  return Math.max(0, -toNumber(pnl) / toNumber(start));
}

function limitsOf({ shownConfig }: CommandPorts): RiskLimits {
  return RiskLimits.parse(shownConfig['risk_limits'] ?? {});
}
