/**
 * Words that say which way a quantity went. Alone they are good up and bad down; with a quantity that
 * is bad in itself (`losses narrowed`, `outflows fell`) the other way round.
 */
export interface DirectionList {
  readonly value: number;
  readonly verbs?: string;
  readonly exact?: string;
}

export const DIRECTIONS: readonly DirectionList[] = [
  {
    value: 3.5,
    verbs: 'surge soar rocket explode spike rally',
  },
  {
    value: 2.5,
    verbs: `
      climb gain rebound advance leap strengthen double triple quadruple accelerate jump grow
      improve`,
    exact: 'rise rises rose risen rising grew grown higher up-trend pumps growth',
  },
  {
    value: 2,
    verbs: 'increase widen expand',
    exact: 'up upward upwards',
  },
  {
    value: 1.5,
    exact: 'high highs above',
  },
  {
    value: -1.5,
    exact: 'below',
  },
  {
    value: -3.5,
    verbs: 'plummet plunge crash tumble slump nosedive crater tank collapse dive',
  },
  {
    value: -2.5,
    verbs: 'drop decline slide slip sink slash shrink weaken retreat erode',
    exact: `
      contracted contracting contraction reduction fell fallen sank sunk shrank lows slid`,
  },
  {
    value: -2,
    verbs: 'decrease narrow ease reduce cut diminish halve trim lower',
    exact: 'down downward downwards low decelerate',
  },
];

/** Quantities of which more is worse. */
export const BAD_QUANTITIES: ReadonlySet<string> = new Set(
  `loss losses cost costs debt debts deficit expense expenses expenditure inflation fee fees unemployment layoffs
  liquidations liquidation outflow outflows withdrawals tax taxes volatility fear fud risk risks crime fraud hacks
  scams dollar dxy tensions redundancies claims defaults
  complaints delays fines bankruptcies emissions`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
