/**
 * Changes the configuration of a running desk: plan, prepare everywhere, write down, swap, restart
 * who has to be. All or nothing up to the swap; one at a time. What was written down and not yet
 * swapped when the desk was killed is in force at its next start.
 */
import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { ConfigChange, ReloadPerson, ReloadResult } from '#core/model/reload.ts';
import { problemText } from '#platform/config/layer.ts';
import type { ConfigProblem } from '#platform/config/layer.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import type { DeskStatus } from '#platform/lifecycle/control.ts';
import type { Log } from '#platform/log/log.ts';
import type { Supervisor } from '../supervisor.ts';
import type { ConfigPort, ReloadPlan, ReloadWish } from './config-port.ts';
import { prepareRound } from './config-round.ts';
import type { Preparation } from './config-round.ts';
import type { ReloadMetrics } from './reload-metrics.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface ReloaderPorts {
  readonly config: ConfigPort;
  readonly log: Log;
  readonly metrics: ReloadMetrics;
  readonly emit: (fact: CoordinatorFact) => void;
  readonly deskState: () => DeskStatus['state'];
  readonly supervisors: () => readonly Supervisor[];
  /** The config that runs, as `ConfigPort` knows it. */
  readonly running: () => Tree;
  /** Why this desk cannot take it while it runs, beyond what the plan says. */
  readonly refusals: (config: Tree) => readonly string[];
  /** A config as one agent gets it. */
  readonly configFor: (config: Tree, agent: string) => unknown;
  /** Makes it the one that runs, the coordinator's own part too; says how long that took. */
  readonly swap: (config: Tree) => number;
}

export interface ReloadRequest extends ReloadPerson {
  readonly wish: ReloadWish;
  readonly isDryRun: boolean;
}

/** As long as an ordered stop gives the first of its stages. */
const DRAIN_WITHIN_MS = 6_000;

export class Reloader {
  readonly #ports: ReloaderPorts;
  #version: number;
  #isBusy = false;

  constructor(ports: ReloaderPorts, firstVersion: number) {
    this.#ports = ports;
    this.#version = firstVersion;
    ports.metrics.version(firstVersion);
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  async run(request: ReloadRequest): Promise<ReloadResult> {
    const state = this.#ports.deskState();
    if (state !== 'running') {
      return this.#result({ problems: [`the desk is ${state}; try again when it runs`] });
    }
    if (this.#isBusy) {
      return this.#result({ problems: ['another change is being applied; try again'] });
    }
    this.#isBusy = true;
    try {
      const outcome = await this.#attempt(request);
      if (!request.isDryRun) tell(this.#ports, request, outcome);
      return outcome;
    } finally {
      this.#isBusy = false;
    }
  }

  #result(part: Partial<ReloadResult>): ReloadResult {
    return {
      version: this.#version,
      isApplied: false,
      changes: [],
      warnings: [],
      problems: [],
      restarted: [],
      appliedMs: {},
      ...part,
    };
  }

  async #attempt({ wish, isDryRun, ...person }: ReloadRequest): Promise<ReloadResult> {
    const { config: port, configFor, supervisors, running, refusals } = this.#ports;
    let plan: ReloadPlan;
    try {
      plan = port.plan(wish, running());
    } catch (error) {
      return this.#result({ problems: problemsOf(error) });
    }
    const { changes, config } = plan;
    const base = { changes: [...changes], warnings: [...plan.warnings] };
    const problems = [...plan.problems, ...refusals(config)];
    if (problems.length > 0) return this.#result({ ...base, problems });
    if (changes.length === 0) return this.#result(base);
    const round = await prepareRound({
      version: this.#version + 1,
      note: { ...person, changes: changes.map(({ key, from, to }) => ({ key, from, to })) },
      configFor: (agent) => configFor(config, agent),
      supervisors,
    });
    base.warnings.push(...round.warnings);
    if (round.problems.length > 0 || isDryRun) {
      round.abort();
      const restarted = isDryRun ? toRestart(changes) : [];
      return this.#result({ ...base, problems: [...round.problems], restarted });
    }
    return this.#result({ ...base, ...(await this.#apply(plan, round, person)) });
  }

  async #apply(
    plan: ReloadPlan,
    round: Preparation,
    person: ReloadPerson,
  ): Promise<Partial<ReloadResult>> {
    const { swap, metrics } = this.#ports;
    // From here to the first order to swap nothing is waited for: nobody can die unseen in between.
    if (!round.isWhole()) {
      round.abort();
      return { problems: ['an agent ended while the change was prepared; try again'] };
    }
    try {
      this.#version = plan.keep(person);
    } catch (error) {
      round.abort();
      return { problems: [`it could not be written down: ${errorText(error)}`] };
    }
    const ownMs = swap(plan.config);
    const { appliedMs, behind } = await round.commit();
    metrics.version(this.#version);
    const agents = toRestart(plan.changes);
    const { restarted, problems } = await restartAll(this.#ports, { behind, agents });
    const times = { coordinator: ownMs, ...appliedMs };
    return { version: this.#version, isApplied: true, appliedMs: times, restarted, problems };
  }
}

/** Says what came of it, to the log, the events and the metrics. */
function tell(ports: ReloaderPorts, request: ReloadRequest, outcome: ReloadResult): void {
  const { log, metrics, emit } = ports;
  const { by, origin, reason, wish } = request;
  const { problems, isApplied, version, restarted, appliedMs, warnings } = outcome;
  const about = { wish: wish.kind, by, origin, reason };
  if (isApplied) {
    const changes = outcome.changes.map(changeText);
    metrics.applied(appliedMs);
    emit({ kind: 'config.applied', by, origin, reason, version, changes, restarted });
    log.info({ ...about, version, changes, restarted, appliedMs }, 'config is applied');
    for (const warning of warnings) log.warn({ warning }, 'config has a warning');
    for (const problem of problems) log.error({ problem }, 'an agent is not back');
  } else if (problems.length > 0) {
    metrics.refused();
    emit({ kind: 'config.refused', by, origin, reason, problems: [...problems] });
    log.warn({ ...about, problems }, 'config is refused, nothing has changed');
  } else metrics.unchanged();
}

const changeText = ({ key, from, to }: ConfigChange): string => `${key}: ${from} -> ${to}`;

/** Agents that have to be restarted for it. */
function toRestart(changes: readonly ConfigChange[]): string[] {
  const agents = changes.filter(({ effect }) => effect === 'restarts').flatMap((one) => one.agents);
  return [...new Set(agents)];
}

/** One after the other in the order of their start: the next waits until one is back. */
async function restartAll(
  { supervisors, deskState }: Pick<ReloaderPorts, 'supervisors' | 'deskState'>,
  wanted: { readonly behind: readonly Supervisor[]; readonly agents: readonly string[] },
): Promise<{ restarted: string[]; problems: string[] }> {
  const restarted: string[] = [];
  const problems: string[] = [];
  const due = supervisors().filter(
    (supervisor) =>
      wanted.behind.includes(supervisor) ||
      supervisor.plan.members.some((member) => wanted.agents.includes(member)),
  );
  for (const supervisor of due) {
    // A stop that begins meanwhile ends them all, and nothing starts again.
    if (deskState() !== 'running') break;
    const { instance } = supervisor.plan;
    const problem = await supervisor.recycle(DRAIN_WITHIN_MS);
    restarted.push(instance);
    if (problem !== undefined) {
      problems.push(
        `${instance} did not come back with the new configuration: ${problem}; it is tried again, and "config rollback" takes the change back`,
      );
    }
  }
  return { restarted, problems };
}

function problemsOf(error: unknown): string[] {
  if (!(error instanceof ConfigError)) return [errorText(error)];
  const { problems } = error.details;
  if (!Array.isArray(problems) || problems.length === 0) return [error.message];
  return (problems as ConfigProblem[]).map(problemText);
}
