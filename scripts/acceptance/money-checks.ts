import type { Desk } from '../../tests/support/desk.ts';
import type { Findings } from './findings.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { closedProfit, profitDifferences } from './profit.ts';

/** What must hold of the money whatever happened to the desk. */
export async function checkMoney(desk: Desk, report: Findings): Promise<void> {
  const check = await desk.command(['ledger', 'check']);
  const said = `${check.stdout}${check.stderr}`.trim().split('\n');
  report.check(
    'ledger check',
    check.code === 0,
    said.slice(0, check.code === 0 ? 1 : 6).join(' | '),
  );
  using ledger = ledgerFacts(desk.dataDir);
  const fills = ledger.fills();
  const trips = ledger.roundTrips();
  const buys = fills.filter(({ side }) => side === 'buy').length;
  report.check('fills', fills.length > 0, `${buys} buys, ${fills.length - buys} sells`);
  report.note('round trips', `${trips.length}, net ${closedProfit(trips)} USDT`);
  const doubles = ledger.doubles();
  report.check('nothing doubled', doubles.length === 0, doubles.slice(0, 3).join('; ') || 'none');
  const differences = profitDifferences(ledger);
  report.check(
    'balances and round trips = fills added up',
    differences.length === 0,
    differences.slice(0, 3).join('; ') || `${fills.length} fills, ${trips.length} round trips`,
  );
  const verdicts = ledger.verdicts().map(([name, count]) => `${name} ${count}`);
  report.note('intents', verdicts.slice(0, 8).join(', '));
}
