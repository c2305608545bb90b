import { describe, expect, it } from 'vitest';
import { testDesk } from './desk.fixture.ts';
import { eventKeeping } from './keep-events.ts';

describe('events of the desk', () => {
  it('are trimmed to the bound while nothing is under way, else only far beyond it', async () => {
    await using desk = await testDesk();
    const { ledger } = desk;
    const lifted = { kind: 'halt.lifted', halt: 'paused' } as const;
    const many = Array.from({ length: 11_000 }, () => lifted);
    await ledger.transaction((tx) => tx.recordEvents(many, 0));
    let isIdle = false;
    let kept = 0;
    const metrics = { events: (count: number) => void (kept = count) };
    const trim = eventKeeping({ ledger, metrics, isIdle: () => isIdle }, 10);

    await trim();
    const busy = kept;
    for (let i = 0; i < 5; i += 1) await trim();
    const busyForLong = kept;
    isIdle = true;
    for (let i = 0; i < 30; i += 1) await trim();

    expect(busyForLong).toBe(10_010);
    expect(busy).toBeGreaterThan(busyForLong);
    expect(kept).toBe(10);
  });
});
