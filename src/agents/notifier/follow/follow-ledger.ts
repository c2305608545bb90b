/**
 * Reads the ledger's events from the notifier's own place on. The topic of the bus is a nudge only:
 * what counts is the number of the last event dealt with, so nothing depends on Redis.
 */
import { statSync } from 'node:fs';
import type { Alert } from '#core/alerts/alert.ts';
import { deskAlerts, positionKey, type ToldPositions } from '#core/alerts/desk-alerts.ts';
import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Notices } from '../alerts/notices.ts';
import type { NotifierMetrics } from '../metrics.ts';
import { type Cursor, type News, newsOf, readAfter } from './cursor.ts';
import { aboutSource } from './about-source.ts';

export interface FollowLedgerPorts {
  readonly ledger: Pick<LedgerSource, 'read' | 'close'>;
  readonly ledgerPath: string;
  readonly notices: Pick<Notices, 'state' | 'take'>;
  readonly metrics: NotifierMetrics;
  readonly clock: Clock;
}

const PAGE = 200;

/** Gives what deals with what is there; false when there is more. */
export function ledgerFollower(ports: FollowLedgerPorts): () => Promise<boolean> {
  const { clock, ledger, metrics, notices } = ports;
  let file: number | undefined;

  /** An open file goes on being read after it was moved away: nothing new would ever come. */
  async function sameFile(): Promise<void> {
    const found = statSync(ports.ledgerPath, { throwIfNoEntry: false })?.ino;
    if (file !== undefined && found !== file) await ledger.close();
    file = found;
  }

  return async () => {
    await sameFile();
    const { cursors, positions: before } = notices.state();
    return ledger.read(async (reader) => {
      const { deskId, createdMs } = await reader.meta();
      const { newestSeq } = await reader.eventRange();
      const events = await reader.events({ afterSeq: readAfter(cursors.ledger), limit: PAGE + 1 });
      const page = { source: `${deskId} ${createdMs}`, newestSeq, events };
      const news = newsOf(cursors.ledger, page, clock.now());
      const told =
        news.kind === 'events' ? alertsOf(news, before) : await heldBefore(reader, news.cursor);
      const about = aboutSource('ledger', news, clock.now());
      const isSame = news.kind === 'events' && news.cursor.seq === cursors.ledger?.seq;
      if (!isSame) {
        notices.take(
          [...about, ...told.alerts].map((alert) => ({ alert })),
          (state) => ({
            ...state,
            cursors: { ...state.cursors, ledger: news.cursor },
            positions: { ...told.positions },
          }),
        );
      }
      if (news.missed > 0) metrics.missed('ledger', news.missed);
      metrics.behind('ledger', news.behind);
      return news.behind === 0 || isSame;
    });
  };
}

interface Told {
  readonly alerts: readonly Alert[];
  readonly positions: ToldPositions;
}

function alertsOf({ events }: News<LedgerEvent>, before: ToldPositions): Told {
  let positions = before;
  const alerts: Alert[] = [];
  for (const { event, atMs } of events) {
    const step = deskAlerts(event, atMs, positions);
    positions = step.positions;
    alerts.push(...step.alerts);
  }
  return { alerts, positions };
}

/** What was entered before the events that are told: a later change of it is no entry. */
async function heldBefore(reader: LedgerReader, { skipBeforeMs }: Cursor): Promise<Told> {
  const held = (await reader.positions()).filter(({ openedMs }) => openedMs < skipBeforeMs);
  return {
    alerts: [],
    positions: Object.fromEntries(held.map((one) => [positionKey(one), one.openedMs])),
  };
}
