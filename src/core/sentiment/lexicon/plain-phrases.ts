import type { PhraseList } from './phrase-list.ts';

/** They take the mood from words that have none in this company. */
export const PLAIN_PHRASES: readonly PhraseList[] = [
  {
    value: 0,
    phrases: `
      stop loss
      high profile
      catch up
      rock the
      supreme court
      under way
      diluted earnings
      diluted eps
      deferred prosecution
      press release
      stop losses
      hard fork
      soft fork
      proof of stake
      proof of work
      cold wallet
      hot wallet
      cold storage
      short term
      limit order
      market cap
      risk free
      at risk
      risk assessment
      risk management
      low cap
      high risk
      highs and lows
      no highs
      no lows
      up and down
      sign up
      look up
      set up
      end up
      ended up
      follow up
      up to
      made up
      showing up
      come up with
      wake up
      give up
      broken down
      drop out
      drop in
      raise the question
      fair value
      fall in love
      long time
      as long as
      how long
      so long
      shared
      high school
      high net worth
      lower fee
      lower fees
      cut out
      close to
      at close
      market close
      the close
      gas fees
      mining difficulty
      well known
      kind of
      fire sale
      cash flow from
      per share
      share capital
      market share
      fear and greed
      greed index
      up for
      crypto winter
      to be honest
      of the future
      in the future
      future results
      shut up`,
  },
];
