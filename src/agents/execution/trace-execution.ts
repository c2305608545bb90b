/**
 * Execution's part of a trace: the intent from its receipt to the verdict, each command to the venue
 * with its answer, each fill. It listens beside the path of the orders and is no part of it: what a
 * span needs to know beyond that is looked up afterwards, so a restart in between loses no parent.
 */
import type { ToldEvent } from '#core/model/desk-event.ts';
import type { Fill } from '#core/model/fill.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { Broker } from '#broker/broker.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { evaluationSpan, intentSpan } from '#platform/tracing/desk-spans.ts';
import { parseTraceparent, spanRef, traceIdOf, type SpanRef } from '#platform/tracing/trace-ids.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import { BY_HAND } from './manual/intent-by-hand.ts';

export interface ExecutionTracing {
  received(intent: TradeIntent, traceparent: string | undefined): void;
  heard(told: ToldEvent): void;
  traced(broker: Broker): Broker;
}

export interface ExecutionTracingPorts {
  readonly tracing: Tracing;
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly background: (name: string, work: Promise<unknown>) => void;
}

const OFF: ExecutionTracing = {
  received: () => undefined,
  heard: () => undefined,
  traced: (broker) => broker,
};

/** Intents and orders of which something may still come; of older ones the ledger tells. */
const REMEMBERED_MAX = 2_000;

export function executionTracing(ports: ExecutionTracingPorts): ExecutionTracing {
  return ports.tracing.isOn ? new Traces(ports) : OFF;
}

interface Received {
  readonly evaluationId: string;
  readonly parent: SpanRef | undefined;
  readonly atMs: number;
}

/** Where the fills of an order belong. */
interface Placed {
  readonly intentId: string;
  /** The order whose command brought this one to the venue. */
  readonly by: ClientOrderId;
}

class Traces implements ExecutionTracing {
  readonly #ports: ExecutionTracingPorts;
  readonly #received = new Map<string, Received>();
  readonly #placed = new Map<ClientOrderId, Placed>();

  constructor(ports: ExecutionTracingPorts) {
    this.#ports = ports;
  }

  received(intent: TradeIntent, traceparent: string | undefined): void {
    const { id, evaluationId } = intent;
    const parent = parseTraceparent(traceparent ?? '') ?? evaluationSpan(evaluationId);
    remember(this.#received, id, { evaluationId, parent, atMs: this.#ports.clock.now() });
  }

  heard({ event }: ToldEvent): void {
    switch (event.kind) {
      case 'intent.accepted':
        this.#later(this.#judged(event.intentId, { outcome: 'accepted' }));
        return;
      case 'intent.refused':
        this.#later(
          this.#judged(event.intentId, { outcome: 'refused', reasons: event.reasons.join(' ') }),
        );
        return;
      case 'order.filled':
        this.#later(this.#filled(event.fill, this.#ports.clock.now()));
        return;
      default:
    }
  }

  traced(broker: Broker): Broker {
    const { account, features, absenceFenceMs } = broker;
    return {
      account,
      features,
      absenceFenceMs,
      place: (order) => this.#sent('place', [order], broker.place(order)),
      placeExitList: (legs) =>
        this.#sent('place-list', [legs.stop, legs.target], broker.placeExitList(legs)),
      placeBracket: (asked) =>
        this.#sent(
          'place-bracket',
          [asked.entry, asked.stop, asked.target],
          broker.placeBracket(asked),
        ),
      replace: (old, next) => this.#sent('replace', [next], broker.replace(old, next)),
      cancel: (order) => broker.cancel(order),
      query: (order) => broker.query(order),
      openOrders: () => broker.openOrders(),
      fillsSince: (query) => broker.fillsSince(query),
      listen: (listener) => broker.listen(listener),
      restore: (state) => broker.restore(state),
      isCurrent: (pair) => broker.isCurrent(pair),
      seen: (pair) => broker.seen(pair),
    };
  }

  async #sent(
    kind: string,
    orders: readonly [Order, ...Order[]],
    answer: Promise<CommandOutcome>,
  ): Promise<CommandOutcome> {
    const startMs = this.#ports.clock.now();
    const [first] = orders;
    for (const { clientOrderId, intentId } of orders) {
      remember(this.#placed, clientOrderId, { intentId, by: first.clientOrderId });
    }
    const outcome = await answer;
    this.#later(this.#answered(kind, first, { startMs, endMs: this.#ports.clock.now(), outcome }));
    return outcome;
  }

  async #judged(intentId: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const endMs = this.#ports.clock.now();
    const evaluationId = await this.#evaluationOf(intentId);
    if (evaluationId === undefined) return;
    const received = this.#received.get(intentId);
    this.#ports.tracing.record({
      name: 'intent',
      ref: intentSpan(evaluationId, intentId),
      parent: received?.parent ?? parentOf(evaluationId),
      startMs: received?.atMs ?? endMs,
      endMs,
      attributes: { 'intent.id': intentId, ...attributes },
    });
  }

  async #answered(
    kind: string,
    order: Order,
    seen: { readonly startMs: number; readonly endMs: number; readonly outcome: CommandOutcome },
  ): Promise<void> {
    const { intentId, clientOrderId, pair, leg, type } = order;
    const evaluationId = await this.#evaluationOf(intentId);
    if (evaluationId === undefined) return;
    const { outcome } = seen.outcome;
    this.#ports.tracing.record({
      name: 'order',
      ref: orderSpan(evaluationId, clientOrderId),
      parent: intentSpan(evaluationId, intentId),
      startMs: seen.startMs,
      endMs: seen.endMs,
      attributes: { pair, leg, type, command: kind, 'client_order.id': clientOrderId, outcome },
      failure: failureOf(seen.outcome),
    });
  }

  async #filled(fill: Fill, endMs: number): Promise<void> {
    const { clientOrderId, pair, side, liquidity, venueTradeId } = fill;
    const placed = this.#placed.get(clientOrderId);
    const intentId = placed?.intentId ?? (await this.#intentOf(clientOrderId));
    const evaluationId = intentId && (await this.#evaluationOf(intentId));
    if (intentId === undefined || evaluationId === undefined) return;
    const traceId = traceIdOf(evaluationId);
    this.#ports.tracing.record({
      name: 'fill',
      ref: spanRef(traceId, `fill ${clientOrderId} ${venueTradeId}`),
      // An order of an earlier life may have come with another's command: the intent is sure.
      parent: placed ? orderSpan(evaluationId, placed.by) : intentSpan(evaluationId, intentId),
      startMs: Math.min(fill.atMs, endMs),
      endMs,
      attributes: {
        pair,
        side,
        liquidity,
        'client_order.id': clientOrderId,
        'trade.id': venueTradeId,
      },
    });
  }

  async #evaluationOf(intentId: string): Promise<string | undefined> {
    const received = this.#received.get(intentId);
    if (received !== undefined) return received.evaluationId;
    const record = await this.#ports.ledger.read((query) => query.intent(intentId));
    return record?.intent.evaluationId;
  }

  async #intentOf(clientOrderId: ClientOrderId): Promise<string | undefined> {
    return (await this.#ports.ledger.read((query) => query.order(clientOrderId)))?.intentId;
  }

  #later(work: Promise<void>): void {
    this.#ports.background('trace', work);
  }
}

function orderSpan(evaluationId: string, clientOrderId: ClientOrderId): SpanRef {
  return spanRef(traceIdOf(evaluationId), `order ${clientOrderId}`);
}

/** An order by hand was nobody's evaluation: its intent is the first span. */
function parentOf(evaluationId: string): SpanRef | undefined {
  return evaluationId.startsWith(BY_HAND) ? undefined : evaluationSpan(evaluationId);
}

function failureOf(outcome: CommandOutcome): string | undefined {
  switch (outcome.outcome) {
    case 'accepted':
      return undefined;
    case 'refused':
      return `refused: ${outcome.code}`;
    case 'unknown':
      return 'unknown outcome';
  }
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= REMEMBERED_MAX) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
