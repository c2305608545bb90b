import { describe, expect, it } from 'vitest';
import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { ConfigChange } from '#core/model/reload.ts';
import { ConfigError, PermanentError, TransientError } from '#platform/errors.ts';
import type { ConfigStep } from '#platform/lifecycle/contract.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import type { Supervisor } from '../supervisor.ts';
import type { ReloadPlan } from './config-port.ts';
import { reloadMetrics } from './reload-metrics.ts';
import { Reloader } from './reloader.ts';
import type { ReloaderPorts } from './reloader.ts';

const REQUEST = {
  wish: { kind: 'reload' },
  by: 'alice',
  origin: 'here',
  reason: '',
  isDryRun: false,
} as const;

const CHANGE: ConfigChange = {
  key: 'risk_limits.daily_loss_max',
  from: '0.05',
  to: '0.02',
  effect: 'now',
  agents: ['execution'],
};

type Answer = (step: ConfigStep['step']) => unknown;

const takes: Answer = (step) => (step === 'prepare' ? { warnings: [] } : { appliedMs: 1 });

/** A supervisor whose process answers as it is told to. */
function fakeAgent(agent: string, answer: Answer = takes) {
  const steps: string[] = [];
  const seen = { state: 'ready', pid: 1 as number | undefined };
  const recycled: number[] = [];
  const supervisor = {
    plan: { agent, instance: agent, members: [agent] },
    status: () => ({ ...seen }),
    configure: async ({ step }: ConfigStep) => {
      steps.push(step);
      return answer(step);
    },
    recycle: async () => {
      recycled.push(seen.pid ?? 0);
      return undefined;
    },
  } as unknown as Supervisor;
  return { supervisor, steps, seen, recycled };
}

function setUp(agents: readonly { supervisor: Supervisor }[], ports: Partial<ReloaderPorts> = {}) {
  const kept: string[] = [];
  const swapped: unknown[] = [];
  const facts: CoordinatorFact[] = [];
  const plan: ReloadPlan = {
    config: { is: 'new' },
    changes: [CHANGE],
    warnings: [],
    problems: [],
    keep: ({ by }) => {
      kept.push(by);
      return 8;
    },
  };
  const config = {
    plan: () => plan,
    begin: () => 7,
    history: () => ({ version: 7, versions: [] }),
    files: () => [],
  };
  const reloader = new Reloader(
    {
      config,
      log: silentLog(),
      metrics: reloadMetrics(createMetrics({ agent: 'coordinator', instance: 'coordinator' })),
      emit: (fact) => void facts.push(fact),
      deskState: () => 'running',
      supervisors: () => agents.map(({ supervisor }) => supervisor),
      running: () => ({ is: 'old' }),
      refusals: () => [],
      configFor: (given) => given,
      swap: (given) => {
        swapped.push(given);
        return 0;
      },
      ...ports,
    },
    7,
  );
  return { reloader, plan, config, kept, swapped, facts };
}

describe('Reloader', () => {
  it('prepares everywhere, writes down, then swaps everywhere', async () => {
    const agents = [fakeAgent('execution'), fakeAgent('data')];
    const { reloader, kept, swapped, facts } = setUp(agents);

    const result = await reloader.run(REQUEST);

    expect(result).toMatchObject({ version: 8, isApplied: true, problems: [] });
    expect(result.appliedMs).toEqual({ coordinator: 0, execution: 1, data: 1 });
    expect(agents.map(({ steps }) => steps)).toEqual([
      ['prepare', 'commit'],
      ['prepare', 'commit'],
    ]);
    expect([kept, swapped]).toEqual([['alice'], [{ is: 'new' }]]);
    expect(facts).toMatchObject([{ kind: 'config.applied', version: 8 }]);
  });

  it.each([
    ['refuses', new PermanentError('agent-refused', 'weights are wrong'), 'weights are wrong'],
    ['is silent', new TransientError('agent-silent', 'no answer within 2 s'), 'no answer'],
  ])('changes nothing anywhere when one agent %s', async (_, error, text) => {
    const good = fakeAgent('data');
    const bad = fakeAgent('trading-worker', () => {
      throw error;
    });
    const { reloader, kept, swapped, facts } = setUp([good, bad]);

    const result = await reloader.run(REQUEST);

    expect(result).toMatchObject({ version: 7, isApplied: false });
    expect(result.problems.join()).toContain(text);
    expect(good.steps).toEqual(['prepare', 'abort']);
    expect([kept, swapped]).toEqual([[], []]);
    expect(facts).toMatchObject([{ kind: 'config.refused' }]);
  });

  it('changes nothing when an agent that said yes has died meanwhile', async () => {
    const dying = fakeAgent('data');
    const slow = fakeAgent('execution', (step) => {
      if (step === 'prepare') Object.assign(dying.seen, { state: 'starting', pid: 2 });
      return takes(step);
    });
    const { reloader, kept, swapped } = setUp([dying, slow]);

    const result = await reloader.run(REQUEST);

    expect(result.problems.join()).toContain('an agent ended');
    expect([kept, swapped, slow.steps]).toEqual([[], [], ['prepare', 'abort']]);
  });

  it('starts an agent again that does not confirm the swap, and one that began meanwhile', async () => {
    const mute = fakeAgent('data', (step) => {
      if (step === 'commit') throw new TransientError('agent-silent', 'no answer within 2 s');
      return takes(step);
    });
    const fresh = fakeAgent('gateway');
    Object.assign(fresh.seen, { state: 'starting', pid: 5 });
    const { reloader } = setUp([fakeAgent('execution'), mute, fresh]);

    const result = await reloader.run(REQUEST);

    expect(result).toMatchObject({ isApplied: true, restarted: ['data', 'gateway'] });
    expect(fresh.steps).toEqual([]);
  });

  it('leaves an agent that died in the swap to its next start', async () => {
    const dead = fakeAgent('data', (step) => {
      if (step === 'prepare') return takes(step);
      dead.seen.pid = undefined;
      throw new TransientError('agent-ended', 'data ended');
    });
    const { reloader, swapped } = setUp([dead]);

    const result = await reloader.run(REQUEST);

    expect(result).toMatchObject({ isApplied: true, restarted: [] });
    expect(swapped).toHaveLength(1);
  });

  it('changes nothing when it cannot be written down', async () => {
    const agent = fakeAgent('data');
    const { reloader, config, plan, swapped } = setUp([agent]);
    const full = {
      ...plan,
      keep: () => {
        throw new Error('ENOSPC');
      },
    };
    config.plan = () => full;

    const result = await reloader.run(REQUEST);

    expect(result.problems).toEqual(['it could not be written down: ENOSPC']);
    expect([agent.steps, swapped]).toEqual([['prepare', 'abort'], []]);
  });

  it('prepares and forgets in a dry run, and tells nobody', async () => {
    const agent = fakeAgent('gateway', (step) =>
      step === 'prepare' ? { warnings: ['open positions 7 are above the new limit 5'] } : null,
    );
    const { reloader, config, plan, kept, facts } = setUp([agent]);
    const changes = [{ ...CHANGE, effect: 'restarts' as const, agents: ['gateway'] }];
    config.plan = () => ({ ...plan, changes });

    const result = await reloader.run({ ...REQUEST, isDryRun: true });

    expect(result).toMatchObject({ isApplied: false, problems: [], restarted: ['gateway'] });
    expect(result.warnings).toEqual(['open positions 7 are above the new limit 5']);
    expect([agent.steps, kept, facts]).toEqual([['prepare', 'abort'], [], []]);
  });

  it('tells every problem of the files with its place', async () => {
    const { reloader, config } = setUp([]);
    const origin = { source: 'mine.yaml', line: 3, column: 5 };
    const problems = [{ key: 'a.b', origin, message: 'expected a number' }];
    config.plan = () => {
      throw new ConfigError('the configuration has 1 problem', { problems });
    };

    const result = await reloader.run(REQUEST);

    expect(result.problems).toEqual(['mine.yaml:3:5  a.b: expected a number']);
  });

  it('is refused while the desk starts or stops', async () => {
    const { reloader, kept } = setUp([], { deskState: () => 'stopping' });

    const result = await reloader.run(REQUEST);

    expect(result.problems.join()).toContain('the desk is stopping');
    expect(kept).toEqual([]);
  });

  it('restarts nobody more when the desk begins to stop meanwhile', async () => {
    let state: 'running' | 'stopping' = 'running';
    const [one, two] = [fakeAgent('data'), fakeAgent('gateway')];
    one.supervisor.recycle = async () => {
      state = 'stopping';
      return 'the desk stops';
    };
    const { reloader, config, plan } = setUp([one, two], { deskState: () => state });
    const changes = [{ ...CHANGE, effect: 'restarts' as const, agents: ['data', 'gateway'] }];
    config.plan = () => ({ ...plan, changes });

    const result = await reloader.run(REQUEST);

    expect(result.restarted).toEqual(['data']);
    expect(two.recycled).toEqual([]);
  });

  it('does one at a time', async () => {
    const { reloader } = setUp([fakeAgent('data')]);

    const [first, second] = await Promise.all([reloader.run(REQUEST), reloader.run(REQUEST)]);

    expect([first.isApplied, second.isApplied]).toEqual([true, false]);
    expect(second.problems.join()).toContain('another change is being applied');
    expect(reloader.isBusy).toBe(false);
  });
});
