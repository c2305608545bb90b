import type { Theme } from '#core/model/sentiment.ts';

/** What a clause is about, by its words: they need no mood of their own. Closed lists, all forms written out. */
const THEMES: Readonly<Record<Theme, string>> = {
  regulation: `
    sec cftc doj fca esma mica finra treasury regulator regulators regulatory regulation regulations regulated
    regulate lawsuit lawsuits sue sues sued suing court courts judge judges ruling verdict trial appeal prosecutor
    prosecutors charge charges charged indicted indictment convicted guilty plea sentenced arrest arrested extradited
    fine fines fined penalty settlement settles settle ban bans banned banning law laws lawmaker lawmakers legislation
    senate senator congress parliament bill license licence licensed licenses sanction sanctions sanctioned compliance
    subpoena subpoenas probe probes investigation investigates legal illegal unregistered laundering tax taxes irs
    antitrust enforcement crackdown government governments policy`,
  security: `
    hack hacks hacked hacker hackers exploit exploits exploited exploiter breach breached breaches drain drains
    drained stolen steal steals stole theft thefts heist phishing malware ransomware vulnerability vulnerabilities bug
    bugs attack attacks attacked attacker attackers scam scams scammer scammers scammed rug rugpull rugged fraud
    fraudulent ponzi compromised leak leaked spoofing insecure audit audited audits`,
  adoption: `
    etf etfs adoption adopt adopts adopted adopting institution institutions institutional partnership partnerships
    partner partners partnered integrates integrate integrated integration accepts accept accepted payment payments
    merchants merchant tender reserve reserves treasuries inflow inflows outflow outflows mainstream invests invested
    investment blackrock fidelity grayscale microstrategy paypal visa mastercard listing lists listed delist delists
    delisted delisting acquires acquisition ipo`,
  technology: `
    upgrade upgrades upgraded mainnet testnet fork forks hardfork softfork developer developers devs protocol network
    networks outage outages halted node nodes validator validators staking staked stakes rollup rollups scaling
    scalability throughput latency consensus sharding bridge bridges blockchain blockchains code release releases
    launch launches launched roadmap dapp dapps defi congestion mining miner miners hashrate halving fee fees tps
    software update updates burn burned burns`,
  price: `
    price prices priced surge surges surged surging soar soars soared soaring rally rallies rallied rallying rise
    rises rose rising climb climbs climbed jump jumps jumped gain gains gained pump pumps pumped pumping moon mooning
    mooned ath highs lows fall falls fell falling drop drops dropped dropping plunge plunges plunged crash crashes
    crashed crashing slump slumps slumped slide slides slid dip dips dump dumps dumped dumping tumble tumbles tumbled
    sink sinks sank correction rebound rebounds recovery bull bulls bullish bear bears bearish breakout breakdown
    resistance volume chart liquidation liquidations liquidated overbought oversold volatile volatility undervalued
    overvalued outperform outperforms higher lower`,
};

const BY_WORD: ReadonlyMap<string, readonly Theme[]> = byWord();

function byWord(): Map<string, Theme[]> {
  const found = new Map<string, Theme[]>();
  for (const [theme, words] of Object.entries(THEMES) as [Theme, string][]) {
    for (const word of words.trim().split(/\s+/)) {
      found.set(word, [...(found.get(word) ?? []), theme]);
    }
  }
  return found;
}

/** The themes of a text, each once, in the order of their first words. */
export function themesOf(text: string): readonly Theme[] {
  const words = text.toLowerCase().match(/[a-z]{2,20}/g) ?? [];
  return [...new Set(words.flatMap((word) => BY_WORD.get(word) ?? []))];
}
