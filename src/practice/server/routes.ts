/** The REST API in one table. The account and order routes join it here. */
import { GENERAL_ROUTES } from './general-routes.ts';
import { MARKET_ROUTES } from './market-routes.ts';
import type { Route } from './route.ts';
import { TICKER_ROUTES } from './ticker-routes.ts';

export const ROUTES: ReadonlyMap<string, Route> = new Map(
  [...GENERAL_ROUTES, ...MARKET_ROUTES, ...TICKER_ROUTES].map((route) => [route.path, route]),
);
