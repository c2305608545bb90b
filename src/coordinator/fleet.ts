/** All agent processes of the desk: started in order, judged together, scaled, stopped in order. */
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import type { Log } from '#platform/log/log.ts';
import { AGENTS, STOP_ORDER } from './agent-plans.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { agentStatuses } from './agent-status.ts';
import { firstStart } from './first-start.ts';
import { stageWithinMs } from './policy/stop-budget.ts';
import { Supervisor } from './supervisor.ts';
import type { AgentPlan, Ending, SupervisorPorts } from './supervisor.ts';

export interface FleetPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly supervisor: Omit<SupervisorPorts, 'onReady' | 'onEnded'>;
  readonly plan: (agent: SupervisedAgent, instance: string) => AgentPlan;
  readonly onReady: (agent: string, instance: string, facts: Facts) => void;
  readonly onEnded: (agent: string, instance: string) => void;
}

const RETIRE_WITHIN_MS = 5_000;
const EXPLAINED: ReadonlySet<number> = new Set([
  EXIT.config,
  EXIT.lostDependency,
  EXIT.storage,
  EXIT.tryLater,
]);

export type Facts = Readonly<Record<string, unknown>>;

export class Fleet {
  readonly #ports: FleetPorts;
  readonly #agents: readonly SupervisedAgent[];
  readonly #supervisors = new Map<string, Supervisor>();
  readonly #starts = new Map<string, ReturnType<typeof firstStart>>();
  /** Workers taken away that still finish their work. */
  readonly #retiring = new Set<Supervisor>();
  #isStopping = false;

  constructor(ports: FleetPorts, options: { readonly absent: ReadonlySet<SupervisedAgent> }) {
    this.#ports = ports;
    this.#agents = AGENTS.filter((agent) => !options.absent.has(agent));
  }

  /**
   * Starts every agent and waits for each before the next.
   * @throws ExitError when one cannot start: the whole start is refused with its message.
   */
  async start(workers: number): Promise<void> {
    for (const agent of this.#agents) {
      if (this.#isStopping) return;
      const count = agent === 'trading-worker' ? workers : 1;
      const added = Array.from({ length: count }, () => this.#add(agent));
      await Promise.all(added.map((supervisor) => this.#firstReady(supervisor)));
    }
  }

  judge(): void {
    for (const supervisor of this.#supervisors.values()) {
      try {
        supervisor.judge();
      } catch (error) {
        // A mistake about one agent must not end the supervision of them all.
        this.#ports.log.error({ child: supervisor.plan.instance, err: error }, 'judging failed');
      }
    }
  }

  forgive(): void {
    for (const supervisor of this.#supervisors.values()) supervisor.forgive();
  }

  workers(): readonly Supervisor[] {
    return this.#of('trading-worker');
  }

  /** Brings the number of trading-workers to `target`; those taken away finish their work. */
  async scaleTo(target: number): Promise<readonly string[]> {
    if (this.#isStopping) return [];
    while (this.workers().length < target) this.#add('trading-worker').start();
    const surplus = this.workers().slice(target);
    await Promise.all(surplus.map((supervisor) => this.#retire(supervisor)));
    return surplus.map(({ plan }) => plan.instance);
  }

  /** In the order of their start. */
  supervisors(): readonly Supervisor[] {
    return [...this.#supervisors.values()];
  }

  find(instance: string): Supervisor | undefined {
    return this.#supervisors.get(instance);
  }

  statuses(): AgentStatus[] {
    return [...this.#supervisors.values()].flatMap((supervisor) =>
      agentStatuses(supervisor.plan, supervisor.status(), this.#ports.clock),
    );
  }

  processes(): { what: string; pid: number }[] {
    return this.#all().flatMap((supervisor) => {
      const { pid } = supervisor.status();
      return pid === undefined ? [] : [{ what: supervisor.plan.instance, pid }];
    });
  }

  /** Stops stage by stage, all within `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    const { clock, log } = this.#ports;
    const untilMs = clock.monotonic() + withinMs;
    for (const [index, agent] of STOP_ORDER.entries()) {
      const remainingMs = untilMs - clock.monotonic();
      const stageMs = stageWithinMs(remainingMs, STOP_ORDER.length - 1 - index);
      const stopped = this.#of(agent);
      await Promise.all(stopped.map((supervisor) => supervisor.stop(stageMs)));
      for (const { plan } of stopped) log.info({ child: plan.instance }, 'agent stopped');
    }
  }

  kill(): void {
    this.#isStopping = true;
    for (const supervisor of this.#all()) supervisor.kill();
  }

  #all(): Supervisor[] {
    return [...this.#supervisors.values(), ...this.#retiring];
  }

  async #retire(supervisor: Supervisor): Promise<void> {
    this.#supervisors.delete(supervisor.plan.instance);
    this.#retiring.add(supervisor);
    await supervisor.stop(RETIRE_WITHIN_MS);
    this.#retiring.delete(supervisor);
  }

  #of(agent: string): Supervisor[] {
    return [...this.#supervisors.values()].filter(({ plan }) => plan.agent === agent);
  }

  #add(agent: SupervisedAgent): Supervisor {
    const instance = agent === 'trading-worker' ? `${agent}-${this.#nextWorker()}` : agent;
    const plan = this.#ports.plan(agent, instance);
    const supervisor = new Supervisor(plan, {
      ...this.#ports.supervisor,
      onReady: ({ agent: name }, facts) => {
        this.#starts.get(instance)?.ready();
        this.#ports.onReady(name, instance, facts);
      },
      onEnded: ({ agent: name }, ending) => {
        this.#starts.get(instance)?.ended(ending, supervisor.status().isCrashLoop);
        this.#ports.onEnded(name, instance);
      },
    });
    this.#supervisors.set(instance, supervisor);
    return supervisor;
  }

  // The lowest number that is free, so that names stay few in the metrics.
  #nextWorker(): number {
    let number = 1;
    while (this.#supervisors.has(`trading-worker-${number}`)) number += 1;
    return number;
  }

  async #firstReady(supervisor: Supervisor): Promise<void> {
    const { instance, limits } = supervisor.plan;
    const start = firstStart(this.#ports.clock, limits().readyWithinMs);
    this.#starts.set(instance, start);
    supervisor.start();
    const refusal = await start.result;
    this.#starts.delete(instance);
    if (refusal !== undefined && !this.#isStopping) throw refused(instance, refusal);
  }
}

function refused(instance: string, { exitCode, message, said }: Ending): ExitError {
  const code = exitCode === null || exitCode === EXIT.asked ? EXIT.failed : exitCode;
  // Codes of exit-codes.ts come with a message for people.
  const isExplained = said !== undefined && EXPLAINED.has(code);
  return new ExitError(code, `${instance} could not start: ${isExplained ? said : message}`);
}
