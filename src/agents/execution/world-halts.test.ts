import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { HaltKind } from '#core/model/halt.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.05, targetDistanceFraction: 0.06 };
/** A position of about a tenth of the account, whose loss of one in fifty ends the month. */
const SMALL_MONTH = {
  risk_fraction: 0.008,
  pair_exposure_max: 0.9,
  month_drawdown_max: 0.002,
};

async function haltsOf(desk: TestDesk): Promise<HaltKind[]> {
  return desk.ledger.read(async (query) => (await query.halts()).map(({ kind }) => kind));
}

const position = (desk: TestDesk) => desk.ledger.read((query) => query.position('shadow', BTC));

describe('halts of the world', () => {
  it('come with a silent feed and go with its data', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    desk.feed('live');

    await desk.silence(31_000);
    expect(await haltsOf(desk)).toEqual(['data-stale']);
    desk.feed('live');
    await desk.pass(2_000);

    expect(await haltsOf(desk)).toEqual([]);
  });

  it('survive a restart while their cause does', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    desk.feed('live');
    await desk.silence(31_000);

    await desk.restart();

    expect(await haltsOf(desk)).toEqual(['data-stale']);
  });

  it('come with a command that stays unknown', async () => {
    const broker = (paper: Broker): Broker =>
      new Proxy(paper, {
        get: (target, name) => {
          if (name === 'absenceFenceMs') return 120_000;
          if (name === 'placeBracket') return () => new Promise(() => undefined);
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    await using desk = await testDesk({}, { broker });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.pass(58_000);
    expect(await haltsOf(desk)).toEqual([]);

    await desk.pass(4_000);
    expect(await haltsOf(desk)).toEqual(['unknown-commands']);
    await desk.pass(90_000);

    expect(await haltsOf(desk), 'the fence has proven that it never came').toEqual([]);
  });

  it('sell everything after a fall too large for a month, and stay', async () => {
    await using desk = await testDesk(SMALL_MONTH);
    await desk.price(50_000);
    await desk.execution.minute();
    await desk.send(ENTER);
    await desk.price(49_000);
    await desk.execution.minute();
    await desk.pass(3_000);

    expect(await position(desk)).toBeUndefined();
    expect(await haltsOf(desk)).toEqual(['month-drawdown', 'paused']);
    await desk.restart();
    await desk.pass(2_000);
    expect(await haltsOf(desk)).toEqual(['month-drawdown', 'paused']);
    const resume = { id: 'resume-it', kind: 'resume', by: 'me', reason: '', issuedMs: 0 } as const;
    await desk.execution.obey(resume);
    await desk.execution.minute();
    expect(await haltsOf(desk), 'the peak begins anew').toEqual([]);
  });

  it('sell after a restart what the death after the halt left', async () => {
    let isDying = false;
    await using desk = await testDesk(SMALL_MONTH, {
      crash: (point) => {
        if (isDying && point === 'before-publish') throw new Error('killed');
      },
    });
    await desk.price(50_000);
    await desk.execution.minute();
    await desk.send(ENTER);
    await desk.price(49_000);
    isDying = true;
    await desk.execution.minute().catch(() => undefined);
    isDying = false;

    await desk.restart();
    await desk.pass(3_000);

    expect(await position(desk)).toBeUndefined();
    expect(await haltsOf(desk)).toEqual(['month-drawdown', 'paused']);
  });
});
