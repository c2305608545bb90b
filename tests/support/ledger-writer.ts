/**
 * Writes to a ledger as fast as it can until it is killed: intents, orders, holds, fills, ends.
 * Says on stdout, a line each, which intent is committed, so that the test knows what must be there.
 * Started by tests/faults/ledger-kill.test.ts. Arguments: path, first number.
 */
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openLedger } from '#ledger/index.ts';
import { ACCOUNT, fund, T0, trade } from '#ledger/ledger.fixture.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const ledger = await openLedger({
  path,
  deskId: 'desk',
  owner: `writer ${process.pid}`,
  nowMs: T0,
  synchronous: 'normal',
});
const figures = await ledger.read((query) => query.figures(ACCOUNT));
if (figures === undefined) await fund(ledger, '1000000');
// A writer that was killed between an order and its fill left that order as it was.
const held = await ledger.read((query) => query.positions(ACCOUNT));
let side: 'buy' | 'sell' = held.length > 0 ? 'sell' : 'buy';
for (let n = Number(first); ; n += 1) {
  await trade(ledger, { id: `o${n}`, trade: `t${n}`, side, qty: '0.003', fee: '0.01' });
  // Synchronous, so what is said was committed before, and nothing waits in a buffer.
  writeSync(1, `${n}\n`);
  side = side === 'buy' ? 'sell' : 'buy';
  if (n % 50 === 0) await ledger.checkpoint();
  await setImmediate();
}
