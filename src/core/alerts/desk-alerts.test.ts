import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { DeskEvent } from '#core/model/desk-event.ts';
import { HaltKind } from '#core/model/halt.ts';
import { Position } from '#core/model/position.ts';
import { AlertKind } from './alert.ts';
import { deskAlerts, type ToldPositions } from './desk-alerts.ts';

const T = 1_000;

function position(changed: Readonly<Record<string, unknown>> = {}): Position {
  return Position.parse({
    account: 'live',
    pair: 'BTC/USDT',
    qty: '0.0123',
    averagePrice: '65000.5',
    costQuote: '799.506',
    realisedQuote: '0',
    feesQuote: '0.8',
    stopPrice: '64000',
    targetPrice: '68000',
    openedMs: 5,
    updatedMs: 5,
    ...changed,
  });
}

const opened = (changed?: Readonly<Record<string, unknown>>): DeskEvent => ({
  kind: 'position.changed',
  position: position(changed),
});

function tell(events: readonly DeskEvent[]) {
  let positions: ToldPositions = {};
  return events.map((event) => {
    const step = deskAlerts(DeskEvent.parse(event), T, positions);
    positions = step.positions;
    return step.alerts;
  });
}

describe('desk alerts', () => {
  it('tell an entry once, with its levels, and not every change of it', () => {
    const [first, second] = tell([opened(), opened({ stopPrice: '64500' })]);

    expect(first).toMatchObject([
      {
        kind: 'entry',
        title: 'BTC/USDT entered',
        lines: ['0.0123 at 65000.5, 799.51 USDT', 'stop 64000, target 68000'],
      },
    ]);
    expect(second).toEqual([]);
  });

  it('tell the next position of the pair again', () => {
    const closed: DeskEvent = {
      kind: 'position.closed',
      position: position({ qty: '0' }),
      profitQuote: '12.345',
      profitFraction: 0.0154,
      cause: 'target',
    };
    const [, exit, again] = tell([opened(), closed, opened({ openedMs: 9 })]);

    expect(exit).toMatchObject([
      { kind: 'exit', title: 'BTC/USDT closed: +12.34 USDT (1.54 %)', lines: ['by target'] },
    ]);
    expect(again).toHaveLength(1);
  });

  it('tell of a loss with its sign', () => {
    const [exit] = tell([
      { kind: 'position.closed', position: position({ qty: '0' }), profitQuote: '-0.0004' },
    ]);

    expect(exit?.[0]?.title).toBe('BTC/USDT closed: -0.0004 USDT');
  });

  it('tell each halt with what lifts it, and end it with its lift', () => {
    for (const kind of HaltKind.options) {
      const halt = { kind, sinceMs: 1, reason: 'it fell', liftedBy: 'resume' };
      const [raised, lifted] = tell([
        { kind: 'halt.raised', halt },
        { kind: 'halt.lifted', halt: kind },
      ]).flat();

      expect(raised?.lines).toContain('lifted by: resume');
      expect(lifted?.ends).toBe(`halt ${kind}`);
      expect(raised?.condition).toBe(`halt ${kind}`);
    }
  });

  it('are critical for what a person must look at', () => {
    const levels = Object.fromEntries(
      HaltKind.options.map((kind) => {
        const halt = { kind, sinceMs: 1, reason: '', liftedBy: '' };
        return [kind, deskAlerts({ kind: 'halt.raised', halt }, T, {}).alerts[0]?.level];
      }),
    );

    expect(levels).toMatchObject({
      drawdown: 'critical',
      reconciliation: 'critical',
      'kill-switch': 'critical',
      'daily-loss': 'warning',
      paused: 'notice',
    });
  });

  it('end the doubt about an order with what became of it', () => {
    const about = { account: 'live', pair: position().pair, clientOrderId: 'ord1' };
    const [doubt, known] = tell([
      { kind: 'order.doubtful', ...about, command: 'submit', cause: 'timeout' },
      { kind: 'order.cleared', ...about, outcome: 'the venue has it' },
    ]).flat();

    expect(doubt?.title).toBe('BTC/USDT: outcome of submit not known');
    expect(known?.ends).toBe('order ord1');
    expect(doubt?.condition).toBe('order ord1');
  });

  it('have a group that is one for each pair and kind', () => {
    const pairs = ['BTC/USDT', 'ETH/USDT'].map((pair) => tell([opened({ pair })])[0]?.[0]?.group);

    expect(pairs).toEqual(['entry BTC/USDT', 'entry ETH/USDT']);
  });

  it('say nothing of what passes by', () => {
    const order = { kind: 'intent.refused', intentId: 'a', pair: position().pair, reasons: ['x'] };

    expect(tell([order as DeskEvent])).toEqual([[]]);
  });

  it('are of kinds that the config knows', () => {
    const told = tell([
      opened(),
      {
        kind: 'command.done',
        id: '1',
        command: 'pause',
        by: 'telegram:alice',
        origin: 'chat 1',
        reason: 'lunch',
        result: 'paused',
      },
      { kind: 'promotion.changed', change: 'demoted', by: 'desk', reason: 'drawdown' },
      { kind: 'mode.started', mode: 'shadow', venue: 'practice', account: 'shadow' },
      { kind: 'difference.found', account: 'live', key: 'USDT', text: 'expected 1, found 2' },
      { kind: 'difference.ended', account: 'live', key: 'USDT', how: 'explained' },
      {
        kind: 'order.foreign',
        account: 'live',
        pair: position().pair,
        venueOrderId: '77',
        owner: 'by hand',
      },
    ]).flat();

    expect(told).toHaveLength(7);
    for (const { kind } of told) expect(AlertKind.options).toContain(kind);
    expect(told[1]).toMatchObject({
      title: 'pause by telegram:alice from chat 1',
      lines: ['paused', 'reason: lunch'],
    });
  });

  it.each([
    ['0', 'warning'],
    ['0.5', 'critical'],
  ])('are critical when a pair is gone of which something is held (%s)', (heldQty, level) => {
    const { pair } = position();
    const about = { account: 'live', pair, clientOrderId: 'nd1' };
    const [told] = tell([
      { kind: 'order.pair-gone', ...about, heldQty: DecimalText.parse(heldQty) },
    ]).flat();

    expect(told).toMatchObject({ level, kind: 'difference' });
    expect(told?.lines.join(' ').includes('without a stop')).toBe(level === 'critical');
  });
});
