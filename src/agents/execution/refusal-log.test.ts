import { describe, expect, it } from 'vitest';
import type { GateReason } from '#core/risk/gate-verdict.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createLog } from '#platform/log/log.ts';
import { refusalLog } from './refusal-log.ts';

const PAUSED: readonly GateReason[] = [{ code: 'halted', found: 'paused' }];
const STALE: readonly GateReason[] = [{ code: 'stale-data', limit: 1 }];

function world() {
  const lines: unknown[] = [];
  const clock = fakeClock();
  const write = (line: string): void => void lines.push(JSON.parse(line));
  const destination = { write };
  const log = createLog({ agent: 'test', instance: 'test', level: () => 'info', destination });
  const refusals = refusalLog(log, clock);
  return {
    lines,
    clock,
    refuse: (reasons: readonly GateReason[]) => refusals.refused({}, reasons),
  };
}

describe('refused intents in the log', () => {
  it('are one line when a halt begins and one a minute while it lasts', async () => {
    const { lines, clock, refuse } = world();
    for (let second = 0; second <= 60; second += 1) {
      refuse(PAUSED);
      await clock.advance(1_000);
    }

    expect(lines).toMatchObject([
      { message: 'intent refused', reasons: ['paused'] },
      { message: 'intents refused while halted', halts: 'paused', count: 60 },
    ]);
  });

  it('are a line each without a halt, and when another halt begins', () => {
    const { lines, refuse } = world();
    refuse(STALE);
    refuse(STALE);
    refuse(PAUSED);
    refuse([...PAUSED, { code: 'halted', found: 'daily-loss' }]);

    expect(lines).toHaveLength(4);
  });

  it('name a limit and the halt it began once', () => {
    const { lines, refuse } = world();
    refuse([
      { code: 'halted', found: 'losses-in-row' },
      { code: 'losses-in-row', found: 5, limit: 5 },
    ]);

    expect(lines).toMatchObject([{ reasons: ['losses-in-row'] }]);
  });
});
