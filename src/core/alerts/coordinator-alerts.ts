import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { Alert } from './alert.ts';
import { durationText } from './amount-text.ts';

type FactOf<Kind extends CoordinatorFact['kind']> = Extract<
  CoordinatorFact,
  { readonly kind: Kind }
>;

/** What happened to the desk and its processes, as an alert. */
export function coordinatorAlert(fact: CoordinatorFact, atMs: number): Alert {
  switch (fact.kind) {
    case 'desk.starting':
    case 'desk.up':
    case 'desk.stopping':
    case 'desk.vanished':
      return aboutDesk(fact, atMs);
    case 'agent.failed':
    case 'agent.recovered':
    case 'agent.crash-loop':
      return aboutAgent(fact, atMs);
    case 'redis.away':
    case 'redis.back':
      return aboutRedis(fact, atMs);
    case 'config.applied':
    case 'config.refused':
      return aboutConfig(fact, atMs);
  }
}

function aboutDesk(
  fact: FactOf<'desk.starting' | 'desk.up' | 'desk.stopping' | 'desk.vanished'>,
  atMs: number,
): Alert {
  switch (fact.kind) {
    case 'desk.starting': {
      const { mode, exchange, version } = fact;
      return {
        kind: 'started',
        level: 'notice',
        atMs,
        group: 'started desk',
        title: `the desk starts: ${mode} on ${exchange}`,
        lines: [`version ${version}`],
        fields: { mode, exchange, version },
      };
    }
    case 'desk.up':
      return {
        kind: 'started',
        level: 'notice',
        atMs,
        group: 'started up',
        title: 'the desk is up',
        lines: [`after ${durationText(fact.afterMs)}`],
      };
    case 'desk.stopping':
      return {
        kind: 'stopped',
        level: 'notice',
        atMs,
        group: 'stopped',
        title: 'the desk stops',
        lines: [`asked by ${fact.reason}; stops at the venue stand`],
        fields: { reason: fact.reason },
      };
    case 'desk.vanished':
      return {
        kind: 'vanished',
        level: 'warning',
        atMs,
        group: 'vanished',
        title: 'the desk had ended without a word',
        lines: [`last seen ${durationText(atMs - fact.lastSeenMs)} before this start`],
      };
  }
}

function aboutAgent(
  fact: FactOf<'agent.failed' | 'agent.recovered' | 'agent.crash-loop'>,
  atMs: number,
): Alert {
  const { agent, instance } = fact;
  const fields = { agent, instance };
  switch (fact.kind) {
    case 'agent.failed':
      return {
        kind: 'agent_failed',
        level: 'warning',
        atMs,
        group: `agent_failed ${instance}`,
        title: `${instance} failed`,
        lines: [fact.verdict],
        fields,
      };
    case 'agent.recovered':
      return {
        kind: 'agent_recovered',
        level: 'notice',
        atMs,
        group: `agent_recovered ${instance}`,
        title: `${instance} is back`,
        lines: [`after ${durationText(fact.afterMs)}`],
        fields,
        ends: `crash-loop ${instance}`,
      };
    case 'agent.crash-loop':
      return {
        kind: 'crash_loop',
        level: 'critical',
        atMs,
        group: `crash_loop ${instance}`,
        title: `${instance} is in a crash loop`,
        lines: [`${fact.deaths} deaths in a minute; it is tried again, more and more slowly`],
        fields,
        condition: `crash-loop ${instance}`,
      };
  }
}

function aboutRedis(fact: FactOf<'redis.away' | 'redis.back'>, atMs: number): Alert {
  if (fact.kind === 'redis.away') {
    return {
      kind: 'redis',
      level: 'warning',
      atMs,
      group: 'redis away',
      title: 'Redis is away',
      lines: ['no new decisions; orders, stops and these messages need none'],
    };
  }
  return {
    kind: 'redis',
    level: 'notice',
    atMs,
    group: 'redis back',
    title: fact.isWiped ? 'Redis is back, empty' : 'Redis is back',
    lines: [`after ${durationText(fact.afterMs)}`],
  };
}

/** Lines of a message: more would not be read. */
const SHOWN_MAX = 12;

function aboutConfig(fact: FactOf<'config.applied' | 'config.refused'>, atMs: number): Alert {
  const { by, origin, reason } = fact;
  const why = reason === '' ? [] : [`reason: ${reason}`];
  const from = origin === '' ? '' : ` from ${origin}`;
  if (fact.kind === 'config.refused') {
    return {
      kind: 'config',
      level: 'warning',
      atMs,
      group: 'config refused',
      title: `configuration of ${by}${from} refused`,
      lines: [...shown(fact.problems), ...why],
      fields: { by, origin },
    };
  }
  const restarted = fact.restarted.length === 0 ? [] : [`restarted: ${fact.restarted.join(', ')}`];
  return {
    kind: 'config',
    level: 'notice',
    atMs,
    group: 'config applied',
    title: `configuration ${fact.version} applied by ${by}${from}`,
    lines: [...shown(fact.changes), ...restarted, ...why],
    fields: { by, origin, version: String(fact.version) },
  };
}

function shown(lines: readonly string[]): readonly string[] {
  const rest = lines.length - SHOWN_MAX;
  return rest > 0 ? [...lines.slice(0, SHOWN_MAX), `and ${rest} more`] : lines;
}
