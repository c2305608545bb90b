/** What people of the practice world write: their own words, with a place for the coin. */

export type Tone = 'up' | 'down' | 'flat';

export const NEWS: Readonly<Record<Tone, readonly string[]>> = {
  up: [
    '{name} rallies as buyers return in force',
    '{name} surges {move} after strong inflows',
    '{name} breaks out above resistance, traders turn bullish',
    'Record volume lifts {name} to a new local high',
    'Fund adds {name} to its portfolio, price climbs {move}',
    '{name} upgrade goes live without a hitch, holders cheer',
  ],
  down: [
    '{name} plunges {move} in a wave of liquidations',
    '{name} slides below support as sellers take control',
    'Exchange halts {name} withdrawals, price tumbles {move}',
    'Regulator opens a probe into {name} promoters',
    'Exploit drains a {name} lending pool, users fear losses',
    '{name} dumps {move} as whales move coins to exchanges',
  ],
  flat: [
    '{name} trades sideways ahead of the weekend',
    'What to know about {name} this week',
    '{name} developers publish minutes of their monthly call',
    'Explainer: how fees on {name} are set',
  ],
};

export const POSTS: Readonly<Record<Tone, readonly string[]>> = {
  up: [
    '${ticker} looking strong, just added more to my bag',
    'Told you {name} would send. Up {move} and not done yet 🚀',
    'Finally in profit on {ticker}, great week for holders',
    'Not a single seller left in {name}, breakout incoming',
  ],
  down: [
    'Getting rekt on {ticker}, down {move} since I bought',
    'I am out of {name}. This chart is ugly and getting worse',
    '${ticker} holders, how are you coping with this dump?',
    '{name} team has gone quiet, smells like a rug pull',
  ],
  flat: [
    'Daily discussion: what do you think of {name}?',
    'Which wallet do you use for {ticker}?',
    'Newbie question about staking {name}',
    'Anybody else bored of {ticker} doing nothing?',
  ],
};

/** Words that are tickers elsewhere and no coin here. */
export const AMBIGUOUS: readonly string[] = [
  'The link in the article is dead, can anyone post it near the top?',
  'One thing I learned this year: trade less, sleep more',
  'Open op position for a community manager, dot your i and cross your t',
  'Gas prices near my town are up again',
];

export const FOREIGN: readonly string[] = [
  'Die Kurse fallen heute wieder, ich warte lieber ab und schaue morgen noch einmal',
  'El mercado está muy tranquilo hoy, nadie quiere comprar ni vender nada',
  "Je ne comprends pas pourquoi tout le monde vend aujourd'hui, c'est étrange",
];

export const SPAM: readonly string[] = [
  '{ticker} is the next 100x gem, buy now before it is too late',
  '{ticker} next 100x gem!! buy now before it is too late!!',
  'buy {ticker} now, next 100x gem, before it is too late',
];

export const NAMES: Readonly<Record<string, string>> = {
  BTC: 'Bitcoin',
  ETH: 'Ethereum',
  SOL: 'Solana',
  BNB: 'BNB',
  XRP: 'XRP',
  ADA: 'Cardano',
  DOGE: 'Dogecoin',
  LINK: 'Chainlink',
  AVAX: 'Avalanche',
  LTC: 'Litecoin',
  DOT: 'Polkadot',
  TRX: 'Tron',
  ATOM: 'Cosmos',
  BCH: 'Bitcoin Cash',
  NEAR: 'Near Protocol',
  UNI: 'Uniswap',
  XLM: 'Stellar',
  ETC: 'Ethereum Classic',
  FIL: 'Filecoin',
  APT: 'Aptos',
  ARB: 'Arbitrum',
  OP: 'Optimism',
  INJ: 'Injective',
  ALGO: 'Algorand',
};
