/** The coordinator's events over the control socket, from the notifier's own place on. */
import { z } from 'zod';
import { coordinatorAlert } from '#core/alerts/coordinator-alerts.ts';
import { CoordinatorEvent } from '#core/model/coordinator-event.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { Notices } from '../alerts/notices.ts';
import type { NotifierMetrics } from '../metrics.ts';
import type { NotifierPorts } from '../ports.ts';
import { aboutSource } from './about-source.ts';
import { newsOf, readAfter } from './cursor.ts';

const Page = z.object({ events: z.array(CoordinatorEvent).readonly(), newestSeq: z.int() });

export interface FollowCoordinatorPorts {
  readonly ask: NotifierPorts['ask'];
  readonly notices: Pick<Notices, 'state' | 'take'>;
  readonly metrics: NotifierMetrics;
  readonly clock: Clock;
}

const PAGE = 200;

/** Deals with what is there; false when there is more. */
export async function followCoordinator(ports: FollowCoordinatorPorts): Promise<boolean> {
  const { clock, metrics, notices } = ports;
  const { coordinator: before } = notices.state().cursors;
  const answer = await ports.ask({ kind: 'events', after: readAfter(before), limit: PAGE + 1 });
  if (answer === undefined) {
    throw new TransientError('desk-silent', 'the coordinator does not answer');
  }
  const page = { source: 'coordinator', ...Page.parse(answer.body) };
  const news = newsOf(before, page, clock.now());
  const isSame = news.kind === 'events' && news.cursor.seq === before?.seq;
  if (!isSame) {
    const came = news.events.map(({ fact, atMs }) => coordinatorAlert(fact, atMs));
    notices.take(
      [...aboutSource('coordinator', news, clock.now()), ...came].map((alert) => ({ alert })),
      (state) => ({ ...state, cursors: { ...state.cursors, coordinator: news.cursor } }),
    );
  }
  if (news.missed > 0) metrics.missed('coordinator', news.missed);
  metrics.behind('coordinator', news.behind);
  return news.behind === 0 || isSame;
}
