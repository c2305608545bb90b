/** The coordinator's events over the control socket, from the notifier's own place on. */
import { z } from 'zod';
import { coordinatorAlert } from '#core/alerts/coordinator-alerts.ts';
import { CoordinatorEvent } from '#core/model/coordinator-event.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Notices } from '../alerts/notices.ts';
import type { NotifierMetrics } from '../metrics.ts';
import type { NotifierPorts } from '../ports.ts';

const Page = z.object({ events: z.array(CoordinatorEvent).readonly(), newestSeq: z.int() });
type Page = z.output<typeof Page>;

export interface FollowCoordinatorPorts {
  readonly ask: NotifierPorts['ask'];
  readonly notices: Pick<Notices, 'state' | 'take'>;
  readonly metrics: NotifierMetrics;
  readonly clock: Clock;
}

const PAGE = 500;

/** Deals with what is there; false when there is more. */
export async function followCoordinator(ports: FollowCoordinatorPorts): Promise<boolean> {
  const { notices } = ports;
  const { coordinatorSeq } = notices.state().cursors;
  const page = await pageAfter(ports, coordinatorSeq ?? 0);
  if (page === undefined) return true;
  if (coordinatorSeq === null) return take(ports, sinceStart(page), 0);
  // Its file was lost and it counts from the start again; it gives all it has then.
  return take(ports, page, page.newestSeq < coordinatorSeq ? 0 : coordinatorSeq);
}

async function pageAfter(
  { ask }: FollowCoordinatorPorts,
  after: number,
): Promise<Page | undefined> {
  const answer = await ask({ kind: 'events', after, limit: PAGE });
  return answer && Page.parse(answer.body);
}

/** A first look tells of the start it belongs to and of nothing before. */
function sinceStart({ events, newestSeq }: Page): Page {
  const start = events.findLastIndex(({ fact }) => fact.kind === 'desk.starting');
  return { events: start < 0 ? [] : events.slice(start), newestSeq };
}

function take(
  { notices, metrics, clock }: FollowCoordinatorPorts,
  { events, newestSeq }: Page,
  after: number,
): boolean {
  const [first] = events;
  const last = events.at(-1);
  const seq = last?.seq ?? Math.max(after, newestSeq);
  const missed = after > 0 && first !== undefined ? first.seq - after - 1 : 0;
  metrics.behind('coordinator', Math.max(0, newestSeq - seq));
  const { coordinatorSeq } = notices.state().cursors;
  if (events.length === 0 && coordinatorSeq === seq) return true;
  if (missed > 0) metrics.missed('coordinator', missed);
  const gap = {
    kind: 'notifier',
    level: 'warning',
    atMs: clock.now(),
    group: 'notifier missed',
    title: `${missed} events of the coordinator were missed`,
    lines: [],
  } as const;
  notices.take(
    [
      ...(missed > 0 ? [{ alert: gap }] : []),
      ...events.map(({ fact, atMs }) => ({ alert: coordinatorAlert(fact, atMs) })),
    ],
    (state) => ({ ...state, cursors: { ...state.cursors, coordinatorSeq: seq } }),
  );
  return newestSeq <= seq;
}
