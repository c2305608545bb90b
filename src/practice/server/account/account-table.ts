/** Every signed line of the API, by verb and path and by its method of the WebSocket API. */
import { ACCOUNT_ROUTES } from './account-routes.ts';
import type { AccountRoute } from './account-route.ts';
import { HISTORY_ROUTES } from './history-routes.ts';
import { LIST_ROUTES } from './list-routes.ts';
import { ORDER_ROUTES } from './order-routes.ts';
import { SAPI_ROUTES } from './sapi-routes.ts';

const ALL: readonly AccountRoute[] = [
  ...ORDER_ROUTES,
  ...LIST_ROUTES,
  ...HISTORY_ROUTES,
  ...ACCOUNT_ROUTES,
  ...SAPI_ROUTES,
];

/** `POST /api/v3/order` */
export const SIGNED_ROUTES: ReadonlyMap<string, AccountRoute> = new Map(
  ALL.map((route) => [`${route.verb} ${route.path}`, route]),
);

export const SIGNED_PATHS: ReadonlySet<string> = new Set(ALL.map(({ path }) => path));

/** `order.place` */
export const SIGNED_METHODS: ReadonlyMap<string, AccountRoute> = new Map(
  ALL.flatMap((route) => (route.method === undefined ? [] : [[route.method, route]])),
);
