/** The desk as a group of processes. */
import type { AgentStatus } from '#core/model/agent-status.ts';
import { pairs, span, table } from '../text/figures.ts';
import { bold, fixed, type Line, plain } from '../text/line.ts';
import { answer, type Command } from './command.ts';

const MB = 1_048_576;

export const healthCommand: Command = {
  name: 'health',
  help: 'health of the desk and every check that fails',
  role: 'viewer',
  canRefresh: true,
  run: async ({ desk }, { nowMs }) => {
    const [now, feeds] = await Promise.all([desk.now(), desk.feeds()]);
    if (now === undefined) return answer([plain('the desk does not answer')]);
    const stale = [...(feeds?.values() ?? [])].filter(({ state }) => state !== 'live');
    const failing = now.agents.flatMap(({ instance, checks }) =>
      checks
        .filter(({ isOk }) => !isOk)
        .map(({ name, detail }) => plain(`${instance}: ${name}, ${detail}`)),
    );
    return answer([
      bold(`health ${Math.round(now.status.healthScore)}/100`),
      ...fixed(
        table(
          now.agents.map(({ instance, healthScore, state }) => [
            instance,
            String(Math.round(healthScore)),
            state,
          ]),
        ),
      ),
      ...(failing.length === 0 ? [plain('every check is good')] : failing),
      ...(feeds === undefined ? [plain('redis is away: the age of the data is not known')] : []),
      ...stale.map(({ pair, state, freshMs }) =>
        plain(`${pair}: ${state}, ${span(nowMs - freshMs)} old`),
      ),
    ]);
  },
};

export const agentsCommand: Command = {
  name: 'agents',
  help: 'every process: memory, restarts, last end',
  role: 'viewer',
  canRefresh: true,
  run: async ({ desk }, { nowMs }) => {
    const now = await desk.now();
    if (now === undefined) return answer([plain('the desk does not answer')]);
    return answer(now.agents.flatMap((agent) => agentLines(agent, nowMs)));
  },
};

function agentLines(agent: AgentStatus, nowMs: number): readonly Line[] {
  const memory = agent.pssBytes ?? agent.rssBytes;
  const rows: [string, string][] = [
    ['up', span(nowMs - agent.startedMs)],
    ['memory', memory === undefined ? '?' : `${Math.round(memory / MB)} MB`],
    ['restarts', String(agent.restarts)],
  ];
  if (agent.loopDelayMs !== undefined) rows.push(['loop', `${Math.round(agent.loopDelayMs)} ms`]);
  if (agent.lastVerdict !== undefined) rows.push(['last end', agent.lastVerdict]);
  return [bold(`${agent.instance}: ${agent.state}`), ...fixed(pairs(rows))];
}

export const versionCommand: Command = {
  name: 'version',
  help: 'version, mode and venue',
  role: 'viewer',
  run: async ({ desk, shownConfig, version }) => {
    const status = (await desk.now())?.status;
    return answer(
      fixed(
        pairs([
          ['nightdesk', version],
          ['node', process.version],
          ['mode', status?.mode ?? String(shownConfig['mode'])],
          ['venue', status?.exchange ?? '?'],
          ['timeframe', String(shownConfig['timeframe'])],
        ]),
      ),
    );
  },
};

export const configCommand: Command = {
  name: 'config',
  usage: '[SECTION]',
  help: 'the effective config, secrets hidden',
  role: 'viewer',
  run: async ({ shownConfig }, { args }) => {
    const isSection = (value: unknown) => typeof value === 'object' && value !== null;
    const sections = Object.keys(shownConfig).filter((key) => isSection(shownConfig[key]));
    const [wanted] = args;
    if (wanted === undefined) {
      const values = Object.entries(shownConfig).filter(([, value]) => !isSection(value));
      return answer([
        bold('config'),
        ...fixed(pairs(values.map(([key, value]): [string, string] => [key, String(value)]))),
        plain(`/config SECTION: ${sections.join(', ')}`),
      ]);
    }
    const section = Object.hasOwn(shownConfig, wanted) ? shownConfig[wanted] : undefined;
    if (section === undefined) {
      return answer([plain(`there is no section ${wanted}; there are ${sections.join(', ')}`)]);
    }
    return answer([bold(wanted), ...fixed(leaves(section, ''))]);
  },
};

// A list of values stays on one line; everything else is one line for each key.
function leaves(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${String(value)}`];
  if (Array.isArray(value)) return [`${path} = ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === '' ? key : `${path}.${key}`),
  );
}
