import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { Order } from '#core/model/order.ts';
import { Fill } from '#core/model/fill.ts';
import type { Broker } from '#broker/broker.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { evaluationSpan, intentSpan } from '#platform/tracing/desk-spans.ts';
import { spanRef, traceIdOf, traceparentOf } from '#platform/tracing/trace-ids.ts';
import { NO_TRACING, type RecordedSpan } from '#platform/tracing/tracing.ts';
import { executionTracing } from './trace-execution.ts';

const T0 = 1_700_000_060_000;
const EVALUATION = `BTC-USDT_1m_${T0}`;
const INTENT = '0123456789abcdef0123456789abcdef';
const TRACE = traceIdOf(EVALUATION);

const intent = TradeIntent.parse({
  id: INTENT,
  desk: 'desk',
  variant: 'main',
  pair: 'BTC/USDT',
  timeframe: '1m',
  candleCloseMs: T0,
  evaluationId: EVALUATION,
  confidence: 0.9,
  receivedMs: T0,
  createdMs: T0,
  expiresAtMs: T0 + 15_000,
  action: 'enter',
  stopDistanceFraction: 0.02,
  targetDistanceFraction: 0.06,
});

function orderOf(clientOrderId: string, leg: 'entry' | 'stop' | 'target'): Order {
  return Order.parse({
    clientOrderId,
    intentId: INTENT,
    account: 'shadow',
    pair: 'BTC/USDT',
    side: leg === 'entry' ? 'buy' : 'sell',
    type: leg === 'stop' ? 'stop-loss' : 'limit',
    leg,
    attempt: 1,
    timeInForce: leg === 'entry' ? 'fok' : 'gtc',
    qty: '1',
    price: '100',
    ...(leg === 'stop' ? { stopPrice: '98' } : {}),
    status: 'created',
    filledQty: '0',
    filledQuote: '0',
    createdMs: T0,
    updatedMs: T0,
  });
}

function fillOf(clientOrderId: string): DeskEvent {
  const fill = Fill.parse({
    account: 'shadow',
    pair: 'BTC/USDT',
    kind: 'trade',
    venueTradeId: '77',
    clientOrderId,
    side: 'buy',
    price: '100',
    qty: '1',
    quoteQty: '100',
    fee: '0.1',
    feeAsset: 'USDT',
    liquidity: 'taker',
    atMs: T0 + 100,
  });
  return { kind: 'order.filled', fill };
}

function world() {
  const clock = fakeClock(T0 + 50);
  const spans: RecordedSpan[] = [];
  const work: Promise<unknown>[] = [];
  const inLedger = {
    intent: () => Promise.resolve({ intent, verdict: undefined, atMs: T0 }),
    order: (id: string) => Promise.resolve(orderOf(id, 'entry')),
  };
  const traces = executionTracing({
    tracing: { ...NO_TRACING, isOn: true, record: (span) => void spans.push(span) },
    clock,
    ledger: { read: (ask) => ask(inLedger as never) },
    background: (_, running) => void work.push(running),
  });
  const broker = traces.traced({
    placeBracket: async () => {
      await clock.advance(20);
      return { outcome: 'accepted', events: [] };
    },
    place: () => Promise.resolve({ outcome: 'unknown', cause: 'a text of the venue' }),
  } as unknown as Broker);
  const named = async (name: string): Promise<RecordedSpan | undefined> => {
    await Promise.all(work);
    return spans.find((span) => span.name === name);
  };
  const tell = (event: DeskEvent): void => traces.heard({ atMs: clock.now(), event });
  return { clock, traces, broker, named, tell };
}

const accepted: DeskEvent = { kind: 'intent.accepted', intentId: INTENT, pair: intent.pair };

describe('the trace of execution', () => {
  it('goes from the carried parent over intent and order to the fill', async () => {
    const { clock, traces, broker, named, tell } = world();
    const parent = spanRef(TRACE, 'somebody');

    traces.received(intent, traceparentOf(parent, true));
    await clock.advance(10);
    tell(accepted);
    const [entry, stop, target] = [
      orderOf('entry1', 'entry'),
      orderOf('stop1', 'stop'),
      orderOf('target1', 'target'),
    ];
    await broker.placeBracket({ entry, stop, target });
    tell(fillOf('stop1'));

    const order = await named('order');
    expect(await named('intent')).toMatchObject({
      ref: intentSpan(EVALUATION, INTENT),
      parent,
      startMs: T0 + 50,
      endMs: T0 + 60,
      attributes: { outcome: 'accepted' },
    });
    expect(order).toMatchObject({
      parent: intentSpan(EVALUATION, INTENT),
      startMs: T0 + 60,
      endMs: T0 + 80,
      attributes: { command: 'place-bracket', outcome: 'accepted', leg: 'entry' },
    });
    expect((await named('fill'))?.parent, 'of the command that brought the stop').toEqual(
      order?.ref,
    );
  });

  it('finds the parents of what an earlier life began in the ledger', async () => {
    const { named, tell } = world();

    tell(accepted);
    tell(fillOf('entry1'));

    expect(await named('intent')).toMatchObject({ parent: evaluationSpan(EVALUATION) });
    expect(await named('fill')).toMatchObject({ parent: intentSpan(EVALUATION, INTENT) });
  });

  it('names an unknown outcome without the venue’s words', async () => {
    const { broker, named, traces } = world();
    traces.received(intent, undefined);

    await broker.place(orderOf('entry1', 'entry'));

    const order = await named('order');
    expect(order?.failure).toBe('unknown outcome');
    expect(JSON.stringify(order)).not.toContain('a text of the venue');
  });

  it('is the broker itself while tracing is off', () => {
    const broker = {} as Broker;
    const traces = executionTracing({
      tracing: NO_TRACING,
      clock: fakeClock(T0),
      ledger: { read: () => Promise.reject(new Error('not asked')) },
      background: () => undefined,
    });

    expect(traces.traced(broker)).toBe(broker);
  });
});
