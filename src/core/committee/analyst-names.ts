/** The built-in analysts, by name only: the config can check a name without loading indicators. */
export const ANALYST_NAMES = [
  'technical-momentum',
  'technical-mean-reversion',
  'technical-volatility',
  'trend',
  'pattern',
  'market-maker',
  'sentiment',
] as const;
export type AnalystName = (typeof ANALYST_NAMES)[number];
