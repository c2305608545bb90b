import { isNegative, negate, format } from '#core/money/decimal.ts';
import { type Difference, gapOf } from './difference.ts';

/** One difference in plain words: what, expected, found, since when, what to do. */
export function differenceText(difference: Difference, sinceMs: number): string {
  return `${whatText(difference)}, since ${timeText(sinceMs)}. ${adviceText(difference)}`;
}

const ACCEPT = 'or accept it: ./start-bot.sh accept-differences';

function whatText(difference: Difference): string {
  const { expected, found } = difference;
  switch (difference.kind) {
    case 'balance': {
      const gap = gapOf(difference);
      const by = isNegative(gap) ? `${format(negate(gap))} missing` : `${gap} too much`;
      return `${difference.asset}: expected ${expected}, found ${found} (${by})`;
    }
    case 'uncovered':
      return `${difference.asset}: the desk owns ${expected}, only ${found} of it is left on the account`;
    case 'order-gone':
      return `${difference.pair}: the venue does not know the desk's order ${difference.clientOrderId} any more`;
    case 'unrecorded':
      return `${difference.pair}: order ${difference.clientOrderId} carries this desk's tag and is not in its ledger`;
    case 'other-desk':
      return `${difference.pair}: order ${difference.clientOrderId} is another desk's`;
  }
}

function adviceText(difference: Difference): string {
  switch (difference.kind) {
    case 'balance':
      return `Look for it in the venue's history of ${difference.asset}; wait when it is late there, ${ACCEPT}`;
    case 'uncovered':
      return `Bring the coins back, ${ACCEPT}: the position is then written off by what is missing`;
    case 'order-gone':
      return `Check that the keys are of the right account, ${ACCEPT}: the order then counts as ended`;
    case 'unrecorded':
      return `An older copy of the ledger runs, or a second desk with this desk_id: stop it, or cancel the order by hand, ${ACCEPT}: it then counts as a person's`;
    case 'other-desk':
      return `Two desks must not share an account: stop the other one and cancel its orders, ${ACCEPT}: they then count as a person's`;
  }
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
}
