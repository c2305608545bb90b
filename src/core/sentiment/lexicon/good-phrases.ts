import type { PhraseList } from './phrase-list.ts';

export const GOOD_PHRASES: readonly PhraseList[] = [
  {
    value: 4.5,
    phrases: `
      all time high
      all time highs
      new ath
      to the moon
      short squeeze
      record high
      record highs
      etf approval
      etf approved
      approve spot etf
      to the stars
      life changing`,
  },
  {
    value: 3.5,
    phrases: `
      buy the dip
      bought the dip
      buying the dip
      dip buyers
      we shop
      bull run
      bull market
      bull flag
      golden cross
      higher high
      higher highs
      higher low
      break resistance
      break above
      break out
      breaks out
      diamond hands
      store of value
      here to stay
      mass adoption
      strong buy
      strong support
      blow past
      beat expectations
      beats expectations
      swing to profit
      swing to a profit
      swing to a net profit
      return to profit
      legal tender
      win approval
      wins approval
      win case against
      lawsuit dismissed
      case dismissed
      double down
      early adopters
      back on track
      financial freedom
      next big thing
      for life
      long and strong
      long strong
      blast off
      up big
      game changer
      easy win
      has it all
      in the green
      rating upgrade
      raise guidance
      raise forecast
      raise outlook`,
  },
  {
    value: 2.5,
    phrases: `
      buy low
      buy more
      buying more
      bought more
      buy orders
      bought at
      load up
      loading up
      on sale
      at a discount
      time to accumulate
      hedge against
      inflation hedge
      long term
      long run
      the future
      get rich
      make money
      making money
      need bitcoin
      need crypto
      believe in
      like the coin
      like this coin
      likes the coin
      like this stock
      can not be stopped
      peer to peer
      proof of reserves
      institutional investors
      institutional adoption
      institutional demand
      add to reserves
      add support
      add support for
      partner with
      team up
      join forces
      joins forces
      funding round
      raise capital
      strategic investment
      just works
      shrugs off
      shrug off
      flows into
      goes live
      go live
      above usd
      back above
      safe from
      it works
      hit record
      gather pace
      gathers pace
      create jobs
      bounce back
      bounces back
      year high
      month high
      seal deal
      lift sales
      pre market gainers
      profit rises
      all in
      all in on
      still early
      so early
      too late to stop
      smart money
      take profit
      strong hands
      not worried
      print money
      cheap transfers
      cheap fees
      low fees
      instant transfer
      no middleman
      no brainer
      easy money
      safe haven
      safe heaven
      financial inclusion
      censorship resistant
      limited supply
      fixed supply
      hard cap
      just hodl
      just hold
      mainnet launch
      green light
      green energy
      wins dismissal
      share price lifts
      award contract
      beat the market
      stand out
      well on track
      missing the boat
      miss the boat
      good luck
      can not wait
      can't wait
      cant wait
      buy signal
      add spots
      price boost
      better than
      solid results
      ahead of expectations
      share buyback
      token burn
      market leader
      gets approval
      get approval
      go long
      cost savings
      joint venture
      white knight`,
  },
];
