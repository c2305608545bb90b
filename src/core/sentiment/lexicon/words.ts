/**
 * Single words by value, on AFINN's scale (-5 to 5), which they extend and replace. `verbs` and `nouns`
 * stand for their regular forms too; `exact` for nothing but themselves.
 */
export interface WordList {
  readonly value: number;
  readonly verbs?: string;
  readonly nouns?: string;
  readonly exact?: string;
}

export const GOOD_WORDS: readonly WordList[] = [
  {
    value: 4,
    exact: `
      bullish moonshot lambo ath outperform outperforms outperformed outperforming superb`,
  },
  {
    value: 3.5,
    verbs: 'moon skyrocket',
    nouns: 'millionaire breakthrough',
    exact: 'parabolic stellar lfg wagmi stronghold',
  },
  {
    value: 3,
    verbs: 'accumulate thrive flourish hodl triumph',
    nouns: 'bull breakout winner blockbuster gem',
    exact: `
      uptrend undervalued upside upgrades upgraded bullrun supercycle hodler hodlers king love
      amazing pumping boom booming revolutionary goat lucrative`,
  },
  {
    value: 2.5,
    verbs: 'outpace surpass reward innovate revolutionize revolutionise',
    nouns: 'milestone tailwind inflow opportunity',
    exact: `
      optimistic optimism adoption mainstream landmark oversold revolution superior beautiful
      pump pumped impressive won celebrate buoyed upbeat cheers`,
  },
  {
    value: 2,
    verbs: `
      approve greenlight embrace endorse unveil stabilize boost recover succeed excel adopt
      benefit`,
    nouns: 'success advantage partnership dividend holder believer buyer',
    exact: `
      bought hold holding buying decentralized decentralised trustless permissionless scarce
      utility innovation innovative sustainable sustain efficient transparent freedom
      independence confident confidence conviction resilient resilience potential future dca
      recovery green stronger improvement strong solid bounce bottomed soon generational
      guaranteed wealth long beauty fast faster cheap patience ready`,
  },
  {
    value: 1.5,
    verbs: `
      launch invest stack partner acquire integrate support accept award raise welcome win
      secure`,
    nouns: 'investor',
    exact: `
      buy buys airdrop listing unlock listed deal backed backs backing signs contract
      agreement stable diversification diversified accumulation cooperation collaboration
      upgrade`,
  },
  {
    value: 1,
    exact: `
      merge regulated compliance ecosystem applications technology tech proposes expansion
      opens global`,
  },
];

export const BAD_WORDS: readonly WordList[] = [
  {
    value: -4.5,
    exact: `
      ponzi ponzis rugpull rugpulled rugged insolvent insolvency bankrupt bankruptcy scam
      scams scammed scammer scammers scammy fraud frauds fraudster fraudsters fraudulent
      embezzled embezzlement ngmi rekt worthless hacked`,
  },
  {
    value: -4,
    verbs: 'implode capitulate depeg',
    nouns: `
      meltdown bloodbath shitcoin exploit heist hack ransomware swindle selloff`,
    exact: `
      bearish liquidated stolen steal steals stole theft thefts drained drains bogus delist
      delisted delists delisting launderer launderers laundering garbage useless dead
      delusional scamming rug rugs bloodied`,
  },
  {
    value: -3.5,
    verbs: 'dump cheat',
    nouns: 'bear lawsuit phishing bubble bagholder victim idiot moron fool casino',
    exact: `
      downtrend sues sued suing indicted indictment arrest arrested convicted guilty prison
      jailed manipulation manipulated manipulating spiral freefall nonsense nonsensical
      bullshit trash sucks suck stupid illegal illicit hates hate pathetic downgrade
      downgrades downgraded criminals catastrophe catastrophic failed fails fail failing
      failure layoff layoffs overvalued overbought worst decimated bust`,
  },
  {
    value: -3,
    verbs: 'halt probe ban suspend gamble obscure bleed hurt suffer',
    nouns: `
      scandal crime vulnerability outage risk gambler crackdown allegation recall headwind
      attack`,
    exact: `
      default defaults defaulted investigated investigates investigation sanctions sanctioned
      frozen freezes freeze volatile volatility speculative speculation overhyped
      unsustainable unstable untenable downside dilution diluted problematic lost lose loses
      losing loser losers loss losses fud hype dies die dying kill kills killed bad ugly
      cringe brainwashed trap trouble troubled outflow outflows fined hacker hackers wreck
      disappointing disappoints disappointed weak weaker weakness breach breached setback
      misses missed miss exploited worsening criminal plea fleeced mediocre buggy`,
  },
  {
    value: -2.5,
    verbs: 'struggle delay warn reject deny lag fear fall stumble falter',
    nouns: 'concern doubt complaint penalty fine',
    exact: `
      uncertain uncertainty unregistered fake vague pointless joke pain painful damage
      damaging resistance resign resigns resigned scrutiny subpoena subpoenas recession
      leverage downturn stagnant fades fading dumb noob trapped expensive slow illiquid broken
      breakdown overextended wary cautious poor poorly sour hostile antitrust redundancies
      skeptical sceptical lackluster cutback cutbacks axe axed axes strike hole`,
  },
  {
    value: -2,
    verbs: 'withdraw dip worry close criticise criticize postpone cancel scrap',
    nouns: 'problem threat critic copycat debt dispute protest',
    exact: `
      red correction withdrawals competitive difficult unclear copied stuck bagholding unsafe`,
  },
  {
    value: -1.5,
    verbs: 'sell',
    exact: 'sold inflation',
  },
  {
    value: -1,
    nouns: 'challenge',
    exact: `
      regulators environmental tax taxes religion tulips tulip vulnerable short shorting
      shorts`,
  },
];

/** Emoji and emoticons that say more, or something else, at a market. */
export const MARKET_EMOJI: Readonly<Record<string, number>> = {
  '🚀': 3.5,
  '🌙': 2.5,
  '🌕': 2.5,
  '🌝': 2.5,
  '📈': 3,
  '📉': -3,
  '💎': 2.5,
  '🙌': 2,
  '🔥': 2.5,
  '💰': 2,
  '🤑': 2.5,
  '💪': 2.5,
  '🐂': 3,
  '🐻': -3,
  '🐳': 0.5,
  '🩸': -3,
  '🔴': -2,
  '🟢': 2,
  '🚩': -2.5,
  '🚨': -0.5,
  '💩': -3,
  '🤡': -3,
  '🧻': -2,
  '🪦': -3.5,
  '☠': -3,
  '💀': -2.5,
  '😭': -2,
  '😓': -2,
  '😱': -2,
  '🎉': 2.5,
  '🍾': 2.5,
  '😂': 0,
  '🤣': 0,
  '✅': 1.5,
  '❌': -1.5,
  '❤': 2.5,
  ':)': 1.5,
  ':-)': 1.5,
  ':D': 2,
  ':(': -1.5,
  ':-(': -1.5,
  '<3': 2.5,
};
