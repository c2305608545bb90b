import { describe, expect, it } from 'vitest';
import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import { coordinatorAlert } from './coordinator-alerts.ts';

const NOW = 100_000_000;
const agent = { agent: 'trading-worker', instance: 'trading-worker-2' };
const who = { by: 'alice', origin: 'host', reason: 'less risk' };

describe('coordinator alerts', () => {
  it.each<[CoordinatorFact, string, string]>([
    [
      { kind: 'desk.starting', mode: 'shadow', exchange: 'practice', version: '0.3.0' },
      'the desk starts: shadow on practice',
      'version 0.3.0',
    ],
    [{ kind: 'desk.up', afterMs: 65_000 }, 'the desk is up', 'after 1 min 5 s'],
    [{ kind: 'desk.stopping', reason: 'SIGTERM' }, 'the desk stops', 'asked by SIGTERM'],
    [
      { kind: 'desk.vanished', lastSeenMs: NOW - 7_200_000 },
      'the desk had ended without a word',
      'last seen 2 h before this start',
    ],
    [{ kind: 'agent.failed', ...agent, verdict: 'silent' }, 'trading-worker-2 failed', 'silent'],
    [{ kind: 'agent.recovered', ...agent, afterMs: 900 }, 'trading-worker-2 is back', 'after 1 s'],
    [{ kind: 'redis.back', afterMs: 2_000, isWiped: true }, 'Redis is back, empty', 'after 2 s'],
    [
      { kind: 'config.refused', ...who, problems: ['risk_limits.x: too large'] },
      'configuration of alice from host refused',
      'risk_limits.x: too large',
    ],
  ])('of %j', (fact, title, line) => {
    const alert = coordinatorAlert(fact, NOW);

    expect(alert.title).toBe(title);
    expect(alert.lines.some((text) => text.includes(line))).toBe(true);
  });

  it('repeat a crash loop until the process is back', () => {
    const loop = coordinatorAlert({ kind: 'agent.crash-loop', ...agent, deaths: 5 }, NOW);
    const back = coordinatorAlert({ kind: 'agent.recovered', ...agent, afterMs: 900 }, NOW);

    expect(loop.level).toBe('critical');
    expect(back.ends).toBe(loop.condition);
  });

  it('show a long list of changes in part', () => {
    const changes = Array.from({ length: 30 }, (_, n) => `key_${n}: 1 -> 2`);
    const applied = { kind: 'config.applied', ...who, version: 4, changes, restarted: ['data'] };
    const { lines, title } = coordinatorAlert(applied as CoordinatorFact, NOW);

    expect(title).toBe('configuration 4 applied by alice from host');
    expect(lines).toContain('and 18 more');
    expect(lines.slice(-2)).toEqual(['restarted: data', 'reason: less risk']);
  });
});
