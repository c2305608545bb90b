import type { PhraseList } from './phrase-list.ts';

export const BAD_PHRASES: readonly PhraseList[] = [
  {
    value: -4.5,
    phrases: `
      rug pull
      rug pulls
      rug pulled
      exit scam
      pump and dump
      pump it and dump it
      pumps and dumps
      ponzi scheme
      ponzi schemes
      pyramid scheme
      pyramid schemes
      file for bankruptcy
      chapter 11
      death spiral
      dead cat bounce
      going to zero
      go to zero
      worth 0
      worth nothing
      all time low
      record low
      bank run
      con job
      money laundering
      sec sue
      sec charge
      charge with
      plead guilty
      private keys compromised
      lost everything
      lose everything
      blood bath
      free fall
      shit coin
      shit coins
      wiped out
      wipe out`,
  },
  {
    value: -3.5,
    phrases: `
      sell off
      sell offs
      bear market
      bear trap
      bull trap
      margin call
      margin calls
      death cross
      lower low
      lower lows
      lower high
      break down
      break below
      break support
      lost support
      below support
      loses support
      dipping below
      cross below
      negative territory
      pull the plug
      halt withdrawals
      pause withdrawals
      suspend withdrawals
      freeze withdrawals
      flash loan attack
      under investigation
      under attack
      under fire
      class action
      wells notice
      no value
      no actual value
      no real value
      no intrinsic value
      no inherent value
      lacks intrinsic value
      no utility
      no use case
      no usecase
      no use
      no demand
      no future
      no point
      price target cut
      cut to junk
      get rid of
      paper hands
      red flag
      red flags
      holding bags
      holding the bag
      bag holders
      bag holder
      exit liquidity
      stay away
      get out
      cash out
      cashing out
      cashed out
      stop losing
      stuck holding
      out of control
      fall for it
      swing to loss
      swing to a loss
      slip to a loss
      profit warning
      profit falls
      lose its footing
      train wreck
      bearish divergence
      down bad
      dumped on
      to the ground
      going down
      go down
      miss expectations
      waste of money
      waste of time
      waste of energy
      environmental impact
      energy consumption
      get worse
      double spend
      fifty one percent attack
      cut jobs
      job cuts
      lay off
      on hold
      price cap
      price cut
      comes up short
      come up short
      fall short
      security breach
      drain wallets`,
  },
  {
    value: -2.5,
    phrases: `
      too risky
      take a hit
      takes a hit
      flows out
      flow out
      under usd
      below usd
      falls below
      range bound
      not so fast
      under pressure
      jobs at risk
      below the level
      won't work
      can't work
      can't even work
      can't even
      stop working
      no idea
      no faith
      not sure
      not convinced
      what is the point
      why would you
      what's the point
      what's the matter
      another reminder
      too good to be true
      way too much
      over hyped
      do kwon
      side effects
      step down
      steps down
      crack down
      cracks down
      tax evaders
      tax evasion
      pipe dream
      proof of nothing
      greater fool
      money grab
      cash grab
      take legal action
      carbon footprint
      insider trading
      fail to
      fails to
      failed to
      lose money
      losing money
      cost me
      price war
      take their toll
      takes its toll
      hit by
      hits the rocks
      don't work
      doesn't work
      not work
      warning sign
      risk warning
      competition from`,
  },
];
