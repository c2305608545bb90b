/**
 * Who speaks on one connection of the WebSocket API: each request by its own key and signature, or
 * all of them by the Ed25519 key the session is logged on with.
 */
import { ApiError, mandatoryParameter } from '../api-error.ts';
import type { AccountRoute } from './account-route.ts';
import type { ApiRequest } from './api-request.ts';
import { isEd25519, socketPayload } from './signature.ts';
import { checkRights, signIn, validKey } from './sign-in.ts';
import type { Desk, SignedIn } from './sign-in.ts';
import { checkOnReceipt, readTiming } from './timing.ts';
import type { UserSubscriptions } from './user-subscriptions.ts';

interface LoggedOn {
  readonly apiKey: string;
  readonly sinceMs: number;
}

export class ApiLogon {
  readonly #desk: Desk & { readonly showsLimits: boolean };
  readonly #subscriptions: UserSubscriptions;
  readonly #connectedMs: number;
  #session: LoggedOn | undefined;

  constructor(desk: Desk & { readonly showsLimits: boolean }, subscriptions: UserSubscriptions) {
    this.#desk = desk;
    this.#subscriptions = subscriptions;
    this.#connectedMs = desk.venue.saysNow();
  }

  who(request: ApiRequest, security: AccountRoute['security']): SignedIn {
    const { parameters } = request;
    const isOfSession = this.#session !== undefined && !parameters.has('apiKey');
    if (!isOfSession || this.#session === undefined) return this.#signed(request, security);
    const timing = readTiming((name) => parameters.get(name));
    checkOnReceipt(timing, this.#desk.venue.saysNow());
    const key = validKey(this.#desk, this.#session.apiKey);
    checkRights(key, security);
    return { key, account: this.#desk.floor.account(key.uid), timing };
  }

  /** True when the request relied on the session, which has now lost its key. */
  revoke({ parameters }: ApiRequest): boolean {
    if (this.#session === undefined || parameters.has('apiKey')) return false;
    this.#session = undefined;
    this.#subscriptions.removeOfSession();
    return true;
  }

  /** Undefined when it is no request of the session. */
  obey(request: ApiRequest): unknown {
    switch (request.method) {
      case 'session.logon':
        this.#logOn(request);
        return this.#status();
      case 'session.status':
        return this.#status();
      case 'session.logout':
        this.#session = undefined;
        this.#subscriptions.removeOfSession();
        return this.#status();
      case 'session.subscriptions':
        return this.#subscriptions.ids.map((subscriptionId) => ({ subscriptionId }));
      case 'userDataStream.subscribe':
        return { subscriptionId: this.#subscribe() };
      case 'userDataStream.subscribe.signature': {
        const { key } = this.#signed(request, 'USER_DATA');
        return { subscriptionId: this.#subscriptions.add(key.uid, false) };
      }
      case 'userDataStream.unsubscribe': {
        const id = request.parameters.get('subscriptionId');
        this.#subscriptions.remove(id === undefined ? undefined : Number(id));
        return {};
      }
      default:
        return undefined;
    }
  }

  #signed({ parameters }: ApiRequest, security: AccountRoute['security']): SignedIn {
    const apiKey = parameters.get('apiKey');
    if (apiKey === undefined) throw mandatoryParameter('apiKey');
    const get = (name: string): string | undefined => parameters.get(name);
    return signIn(this.#desk, { apiKey, payload: socketPayload(parameters), get }, security);
  }

  #logOn(request: ApiRequest): void {
    const { key } = this.#signed(request, 'USER_DATA');
    const bytes = Buffer.from(socketPayload(request.parameters));
    const signature = request.parameters.get('signature') ?? '';
    if (key.publicKey === undefined || !isEd25519(key.publicKey, bytes, signature)) {
      // Not in errors.md; the venue's words for a log-on with the other kind of key.
      throw new ApiError(-4056, 'HMAC_SHA256 API key is not supported.');
    }
    this.#session = { apiKey: key.text, sinceMs: this.#desk.venue.saysNow() };
  }

  #subscribe(): number {
    if (this.#session === undefined)
      throw new ApiError(-1002, 'You are not authorized to execute this request.', 401);
    const key = validKey(this.#desk, this.#session.apiKey);
    return this.#subscriptions.add(key.uid, true);
  }

  #status(): unknown {
    return {
      apiKey: this.#session?.apiKey ?? null,
      authorizedSince: this.#session?.sinceMs ?? null,
      connectedSince: this.#connectedMs,
      returnRateLimits: this.#desk.showsLimits,
      serverTime: this.#desk.venue.saysNow(),
      userDataStream: this.#subscriptions.ids.length > 0,
    };
  }
}
