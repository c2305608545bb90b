/**
 * One connection of the WebSocket API: requests and their answers, the key it may be logged on
 * with, and the account streams it listens to. Requests run side by side, as at the venue; each is
 * answered by its id.
 */
import type { WebSocket } from 'ws';
import type { FaultTarget } from '../../faults/fault.ts';
import { targetMatches } from '../../faults/fault-target.ts';
import type { FaultSubject } from '../../faults/fault-target.ts';
import { ApiError, weightExceeded } from '../api-error.ts';
import { attempt } from '../attempt.ts';
import { parseQuery } from '../query.ts';
import { WEIGHT_PER_MINUTE } from '../request-limits.ts';
import { spend, waitLatency } from '../rest-context.ts';
import type { RestContext, Spent } from '../rest-context.ts';
import { answerRoute, readQuery } from '../rest-server.ts';
import type { Route } from '../route.ts';
import { SocketLife } from '../socket-life.ts';
import type { CutReason, Session } from '../socket-life.ts';
import { frameText, SocketLine } from '../socket-line.ts';
import type { StreamHub } from '../stream-hub.ts';
import { serverShutdownPayload } from '../stream-payloads.ts';
import { runCall } from './account-call.ts';
import type { AccountRoute } from './account-route.ts';
import { SIGNED_METHODS } from './account-table.ts';
import { publicMethod } from './api-methods.ts';
import { replyText } from './api-reply.ts';
import type { Limits, Reply } from './api-reply.ts';
import { parseRequest } from './api-request.ts';
import type { ApiRequest } from './api-request.ts';
import { ApiLogon } from './api-logon.ts';
import { GARBAGE, socketError } from './order-faults.ts';
import type { OrderFault } from './order-faults.ts';
import { UserSubscriptions } from './user-subscriptions.ts';

const SESSION_WEIGHT = 2;
const BANNED = 418;
const POLICY_VIOLATION = 1008;
const SIGNING = ['apiKey', 'timestamp', 'recvWindow', 'signature'];

export interface ApiContext extends RestContext {
  readonly hub: StreamHub;
  readonly socket: WebSocket;
  readonly address: string;
  /** From `?returnRateLimits=` of the address it connected to. */
  readonly showsLimits: boolean;
  readonly onCut: (reason: CutReason) => void;
}

export class ApiSession implements Session {
  readonly line: SocketLine;
  readonly life: SocketLife;
  readonly #context: ApiContext;
  readonly #subscriptions: UserSubscriptions;
  readonly #logon: ApiLogon;

  constructor(context: ApiContext) {
    const { socket, clock, venue, hub } = context;
    const saysNow = (): number => venue.saysNow();
    const notice = (): void => this.line.pass(`{"event":${serverShutdownPayload(saysNow())}}`, {});
    this.#context = context;
    this.life = new SocketLife({ ...context, notice });
    const onSlow = (): void => this.life.cut('slow');
    this.line = new SocketLine({ socket, clock, faults: venue.faults, onSlow });
    this.#subscriptions = new UserSubscriptions({ hub, line: this.line, saysNow });
    this.#logon = new ApiLogon(context, this.#subscriptions);
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#onText(frameText(data));
    });
  }

  get streams(): ReadonlySet<string> {
    return new Set(this.#subscriptions.ids.map((id) => `userData/${id}`));
  }

  isTargetOf(target: FaultTarget): boolean {
    if (target.stream === undefined && target.symbol === undefined) return true;
    return this.#subscriptions.ids.length > 0 && targetMatches(target, { stream: 'userData' });
  }

  dispose(): void {
    this.line.dispose();
    this.#subscriptions.dispose();
  }

  #onText(text: string): void {
    const request = parseRequest(text);
    if ('error' in request) {
      const { usedWeight } = this.#spend({}, 1);
      this.#reply(
        { ...request, parameters: new Map() },
        { kind: 'error', error: request.error },
        { usedWeight },
      );
      return;
    }
    const failed = (error: unknown): void => this.#context.onFailure(error, request.method);
    this.#serve(request).catch(failed);
  }

  async #serve(request: ApiRequest): Promise<void> {
    const signed = SIGNED_METHODS.get(request.method);
    const open = publicMethod(request.method);
    if (signed !== undefined) await this.#serveSigned(signed, request);
    else if (open !== undefined) await this.#servePublic(open, request);
    else this.#serveSession(request);
  }

  /** Log-on and subscriptions: about the connection itself, no fault of orders is near. */
  #serveSession(request: ApiRequest): void {
    const { usedWeight, refusal } = this.#spend({}, SESSION_WEIGHT);
    const reply = refusal === undefined ? this.#session(request) : this.#limited(refusal);
    this.#reply(request, reply, { usedWeight });
  }

  #session(request: ApiRequest): Reply {
    try {
      const value = this.#logon.obey(request);
      if (value !== undefined) return { kind: 'result', body: JSON.stringify(value) };
      return { kind: 'error', error: new ApiError(-1020, 'This operation is not supported.') };
    } catch (error) {
      if (error instanceof ApiError) return { kind: 'error', error };
      throw error;
    }
  }

  async #servePublic(route: Route, request: ApiRequest): Promise<void> {
    const read = readQuery(route, search(request, ['returnRateLimits']));
    const subject = subjectOf(route.path, 'GET', request);
    const { usedWeight, refusal } = this.#spend(subject, read.weight);
    if (refusal !== undefined) {
      this.#reply(request, this.#limited(refusal), { usedWeight });
      return;
    }
    await waitLatency(this.#context);
    const outcome = answerRoute(this.#context, route, read);
    const reply: Reply =
      typeof outcome === 'string'
        ? { kind: 'result', body: outcome }
        : { kind: 'error', error: outcome };
    this.#reply(request, reply, { usedWeight });
  }

  async #serveSigned(route: AccountRoute, request: ApiRequest): Promise<void> {
    const subject = subjectOf(route.path, route.verb, request);
    const parameters = search(request, ['returnRateLimits']);
    const query = attempt(() => parseQuery(parameters, [...route.parameters, ...SIGNING]));
    const weight = query instanceof ApiError ? 1 : attempt(() => route.weight(query));
    const spent = this.#spend(subject, weight instanceof ApiError ? 1 : weight);
    const { usedWeight } = spent;
    if (spent.refusal !== undefined) {
      this.#reply(request, this.#limited(spent.refusal), { usedWeight });
      return;
    }
    const who = attempt(() => this.#logon.who(request, route.security));
    if (who instanceof ApiError) {
      this.#refuse(request, who, usedWeight);
      return;
    }
    if (query instanceof ApiError) {
      this.#refuse(request, query, usedWeight);
      return;
    }
    await waitLatency(this.#context);
    const end = await runCall(this.#context, { route, query, subject, who });
    const isPlacing = route.isWrite === true && route.verb === 'POST';
    const limits: Limits = { usedWeight, account: isPlacing ? who.account : undefined };
    if (end.kind === 'spoiled') this.#spoil(request, end.fault, limits);
    else if (end.kind === 'answer') this.#reply(request, { ...end, kind: 'result' }, limits);
    else this.#reply(request, this.#limited(end), limits);
  }

  /** A session whose key has become invalid is told so without the request's id. */
  #refuse(request: ApiRequest, error: ApiError, usedWeight: number): void {
    const isRevoked = error.code === -2015 && this.#logon.revoke(request);
    const told = isRevoked ? { ...request, id: null } : request;
    this.#reply(told, { kind: 'error', error }, { usedWeight });
  }

  #spoil(request: ApiRequest, fault: OrderFault, limits: Limits): void {
    const { socket } = this.#context;
    switch (fault.kind) {
      case 'order-refuse':
        this.life.drop();
        return;
      case 'order-hang':
        return;
      case 'order-5xx':
        this.#reply(request, { kind: 'error', error: socketError(fault) }, limits);
        return;
      case 'order-reset':
        // The first half of a message, and then the line is gone.
        socket.send('{"id":', { fin: false }, () => this.life.drop());
        return;
      case 'order-garbage':
        this.line.pass(GARBAGE, {});
        return;
      case 'order-empty':
        this.line.pass('', {});
    }
  }

  #spend(subject: FaultSubject, weight: number): Spent {
    const { venue, address } = this.#context;
    const spent = spend(this.#context, address, { subject, weight });
    if (spent.refusal !== undefined) return spent;
    const limit = venue.faults.hit('rate-limit', subject);
    if (limit === undefined) return spent;
    const error = weightExceeded(WEIGHT_PER_MINUTE);
    return { ...spent, refusal: { error, retryAfterS: limit.retryAfterS } };
  }

  #limited({ error, retryAfterS }: { error: ApiError; retryAfterS?: number }): Reply {
    if (retryAfterS === undefined) return { kind: 'error', error };
    const serverTime = this.#context.venue.saysNow();
    return {
      kind: 'error',
      error,
      retry: { serverTime, retryAfter: serverTime + retryAfterS * 1000 },
    };
  }

  #reply(request: Pick<ApiRequest, 'id' | 'parameters'>, reply: Reply, limits: Limits): void {
    const asked = request.parameters.get('returnRateLimits');
    const isShown = asked === undefined ? this.#context.showsLimits : asked === 'true';
    this.line.pass(replyText(request.id, reply, isShown ? limits : undefined), {});
    // "An automated IP ban and you will be disconnected" (web-socket-api.md, IP limits).
    const isBanned = reply.kind === 'error' && reply.error.status === BANNED;
    if (isBanned) this.#context.socket.close(POLICY_VIOLATION);
  }
}

function subjectOf(route: string, verb: string, { parameters }: ApiRequest): FaultSubject {
  return {
    route,
    verb,
    symbol: parameters.get('symbol'),
    side: parameters.get('side') ?? parameters.get('workingSide'),
  };
}

function search({ parameters }: ApiRequest, without: readonly string[]): URLSearchParams {
  return new URLSearchParams([...parameters].filter(([name]) => !without.includes(name)));
}
