/**
 * One new configuration on its way into all agents, in two phases.
 *
 * 1. Every ready agent prepares it. One refusal, silence or death, and all of them are told to
 *    forget it: nothing has changed anywhere.
 * 2. Only when all have said yes they are told to swap. Who does not confirm that, or was started
 *    meanwhile with the old one, is started again: by then its plan has the new one. So after a
 *    commit nobody works with the old.
 */
import { errorText } from '#platform/errors.ts';
import { ConfigCommitted, ConfigPrepared } from '#platform/lifecycle/contract.ts';
import type { ConfigNote } from '#platform/lifecycle/contract.ts';
import type { Supervisor } from '../supervisor.ts';

export interface RoundOptions {
  readonly version: number;
  readonly note: ConfigNote;
  /** The config as one agent gets it. */
  readonly configFor: (agent: string) => unknown;
  readonly supervisors: () => readonly Supervisor[];
}

export interface Preparation {
  readonly warnings: readonly string[];
  /** None: every agent can work with it. */
  readonly problems: readonly string[];
  /** False when one that said yes has died since. */
  isWhole(): boolean;
  /** Has everybody swap. What processes that start from now on get must be the new one already. */
  commit(): Promise<Commitment>;
  abort(): void;
}

export interface Commitment {
  readonly appliedMs: Readonly<Record<string, number>>;
  /** Have to be started again to get it. */
  readonly behind: readonly Supervisor[];
}

const WITHIN_MS = 2_000;

interface Voter {
  readonly supervisor: Supervisor;
  readonly pid: number | undefined;
}

export async function prepareRound(options: RoundOptions): Promise<Preparation> {
  const { version, note, configFor } = options;
  const voters: Voter[] = options
    .supervisors()
    .filter((supervisor) => supervisor.status().state === 'ready')
    .map((supervisor) => ({ supervisor, pid: supervisor.status().pid }));
  const answers = await Promise.all(
    voters.map(async ({ supervisor }) => {
      const { agent, instance } = supervisor.plan;
      const config = configFor(agent);
      try {
        const step = { step: 'prepare', version, config, note } as const;
        const { warnings } = ConfigPrepared.parse(await supervisor.configure(step, WITHIN_MS));
        return { warnings, problems: [] };
      } catch (error) {
        return { warnings: [], problems: [`${instance}: ${errorText(error)}`] };
      }
    }),
  );
  return {
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
    problems: answers.flatMap(({ problems }) => problems),
    isWhole: () => voters.every(isSame),
    commit: () => commit(options, voters),
    abort: () => {
      for (const { supervisor } of voters.filter(isSame)) {
        // It forgets it by itself with the next one.
        supervisor.configure({ step: 'abort', version }, WITHIN_MS).catch(() => undefined);
      }
    },
  };
}

function isSame({ supervisor, pid }: Voter): boolean {
  const seen = supervisor.status();
  return seen.state === 'ready' && seen.pid === pid;
}

async function commit(
  { version, supervisors }: RoundOptions,
  voters: readonly Voter[],
): Promise<Commitment> {
  const asked = new Set(voters.map(({ supervisor }) => supervisor));
  // Started with the old one while the others prepared; who is down gets the new one anyway.
  const late = supervisors().filter(
    (supervisor) => !asked.has(supervisor) && supervisor.status().pid !== undefined,
  );
  const appliedMs: Record<string, number> = {};
  const behind: Supervisor[] = [...late];
  await Promise.all(
    voters.map(async ({ supervisor, pid }) => {
      try {
        const answer = await supervisor.configure({ step: 'commit', version }, WITHIN_MS);
        appliedMs[supervisor.plan.instance] = ConfigCommitted.parse(answer).appliedMs;
      } catch {
        // Died: its next life has it. Silent or unwilling: it has to be ended first.
        if (supervisor.status().pid === pid) behind.push(supervisor);
      }
    }),
  );
  return { appliedMs, behind };
}
