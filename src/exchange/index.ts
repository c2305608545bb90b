export { ExchangeConfig } from './config.ts';
export { openMarketVenue } from './open-market-venue.ts';
export type { OpenVenueOptions } from './open-market-venue.ts';
export type {
  CandleQuery,
  CandleUpdate,
  MarketListener,
  MarketReads,
  MarketVenue,
  MarketWatch,
  StreamKind,
} from './market-data.ts';
