import { describe, expect, it } from 'vitest';
import { PromotionConfig } from '#core/promotion/config.ts';
import { testDesk } from '../desk.fixture.ts';
import type { PromotionWatch } from './begin.ts';

const runLog = { beat: () => Promise.resolve(), end: () => Promise.resolve(), liveMs: () => 0 };

function watch(mode: 'shadow' | 'production', config: object = {}): PromotionWatch {
  return {
    facts: {
      mode,
      decisionHash: 'a'.repeat(64),
      venue: 'practice',
      tape: 'live',
      timeframe: '1m',
      config: PromotionConfig.parse(config),
    },
    runLog,
    startedMs: 0,
    capitalFraction: () => 1,
  };
}

const ENTRY = { action: 'enter', stopDistanceFraction: 0.05, targetDistanceFraction: 0.2 };
// One position is enough to fall through the limit.
const LIMITS = {
  risk_fraction: 0.02,
  pair_exposure_max: 0.9,
  daily_loss_max: 0.02,
  drawdown_halt: 0.1,
};

describe('a breach', () => {
  it('takes the promotion away, halts and sells', async () => {
    await using desk = await testDesk(LIMITS, { promotion: watch('production') });
    await desk.price(50_000);
    await desk.send(ENTRY);
    await desk.pass(1_000);
    const sinceMs = Math.floor(desk.clock.now());
    const halt = { kind: 'drawdown', sinceMs, reason: 'fell', liftedBy: 'x' } as const;
    await desk.ledger.transaction((tx) => tx.raiseHalt(halt));
    await desk.restart();
    await desk.price(50_000);
    await desk.execution.minute();
    await desk.pass(3_000);

    const records = await desk.ledger.read((query) => query.promotions());
    expect(records).toMatchObject([{ kind: 'demoted', by: 'desk', reason: 'drawdown: fell' }]);
    const halts = await desk.ledger.read((query) => query.halts());
    expect(halts.map(({ kind }) => kind)).toContain('demoted');
    expect(desk.execution.heldPairs()).toEqual([]);
    await desk.execution.minute();
    expect(await desk.ledger.read((query) => query.promotions())).toHaveLength(1);
  });

  it('sells after a restart what the death after the demotion left', async () => {
    let commitsLeft = Number.POSITIVE_INFINITY;
    await using desk = await testDesk(LIMITS, {
      promotion: watch('production'),
      crash: (point) => {
        if (point !== 'before-publish') return;
        commitsLeft -= 1;
        if (commitsLeft === 0) throw new Error('killed');
      },
    });
    await desk.price(50_000);
    await desk.send(ENTRY);
    await desk.pass(1_000);
    const sinceMs = Math.floor(desk.clock.now());
    const halt = { kind: 'drawdown', sinceMs, reason: 'fell', liftedBy: 'x' } as const;
    await desk.ledger.transaction((tx) => tx.raiseHalt(halt));
    await desk.restart();
    await desk.price(50_000);
    // The mark of the minute, then the demotion.
    commitsLeft = 2;
    await expect(desk.execution.minute()).rejects.toThrow('killed');
    expect(await desk.ledger.read((query) => query.promotions())).toHaveLength(1);
    expect(desk.execution.heldPairs()).toHaveLength(1);

    await desk.restart();
    await desk.price(50_000);
    await desk.pass(3_000);

    expect(desk.execution.heldPairs()).toEqual([]);
  });

  it('keeps what is held when the config says so, and is none in shadow', async () => {
    const keep = { demotion: { positions: 'keep' } };
    await using kept = await testDesk(LIMITS, { promotion: watch('production', keep) });
    await using shadow = await testDesk(LIMITS, { promotion: watch('shadow') });
    for (const desk of [kept, shadow]) {
      await desk.price(50_000);
      await desk.send(ENTRY);
      await desk.pass(1_000);
      const sinceMs = Math.floor(desk.clock.now());
      const halt = { kind: 'drawdown', sinceMs, reason: 'fell', liftedBy: 'x' } as const;
      await desk.ledger.transaction((tx) => tx.raiseHalt(halt));
      await desk.restart();
      await desk.price(50_000);
      await desk.execution.minute();
      await desk.pass(3_000);
      expect(desk.execution.heldPairs()).toHaveLength(1);
    }

    expect(await kept.ledger.read((query) => query.promotions())).toHaveLength(1);
    expect(await shadow.ledger.read((query) => query.promotions())).toHaveLength(0);
  });

  it('is not what was there when a person started the desk', async () => {
    const later = { ...watch('production'), startedMs: Number.MAX_SAFE_INTEGER };
    await using desk = await testDesk({}, { promotion: later });
    const halt = { kind: 'drawdown', sinceMs: 1, reason: 'fell', liftedBy: 'x' } as const;
    await desk.ledger.transaction((tx) => tx.raiseHalt(halt));
    await desk.restart();
    await desk.execution.minute();

    expect(await desk.ledger.read((query) => query.promotions())).toEqual([]);
  });
});
