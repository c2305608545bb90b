/**
 * Reads the ledger's events from the notifier's own place on. The topic of the bus is a nudge only:
 * what counts is the number of the last event dealt with, so nothing depends on Redis.
 */
import type { Alert } from '#core/alerts/alert.ts';
import { deskAlerts, positionKey } from '#core/alerts/desk-alerts.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { NotifierState } from '../alerts/notifier-state.ts';
import type { Notices } from '../alerts/notices.ts';
import type { NotifierMetrics } from '../metrics.ts';

export interface FollowPorts {
  readonly ledger: LedgerSource;
  readonly notices: Pick<Notices, 'state' | 'take'>;
  readonly metrics: NotifierMetrics;
  readonly clock: Clock;
}

const PAGE = 200;

/** Deals with what is there; false when there is more. */
export async function followLedger(ports: FollowPorts): Promise<boolean> {
  return ports.ledger.read(async (reader) => {
    const begun = await begin(reader, ports);
    if (begun === undefined) return true;
    const events = await reader.events({ afterSeq: begun, limit: PAGE });
    let { positions } = ports.notices.state();
    const alerts: Alert[] = [];
    for (const { event, atMs } of events) {
      const step = deskAlerts(event, atMs, positions);
      positions = step.positions;
      alerts.push(...step.alerts);
    }
    const last = events.at(-1);
    if (last === undefined) return true;
    ports.notices.take(
      alerts.map((alert) => ({ alert })),
      (state) => ({ ...withSeq(state, last.seq), positions: { ...positions } }),
    );
    const { newestSeq } = await reader.eventRange();
    ports.metrics.behind('ledger', Math.max(0, newestSeq - last.seq));
    return newestSeq <= last.seq;
  });
}

/** Number of the last event dealt with, after seeing that this is still the ledger it is of. */
async function begin(
  reader: LedgerReader,
  { notices, metrics, clock }: FollowPorts,
): Promise<number | undefined> {
  const { ledgerSeq, ledgerId } = notices.state().cursors;
  const [{ deskId, createdMs }, range] = await Promise.all([reader.meta(), reader.eventRange()]);
  const id = `${deskId} ${createdMs}`;
  const note = async (
    seq: number,
    title?: string,
    lines: readonly string[] = [],
  ): Promise<number> => {
    // What is held by then has been entered before: a later change of it is no entry.
    const held: Record<string, number> = {};
    for (const one of await reader.positions()) held[positionKey(one)] = one.openedMs;
    const alert = title === undefined ? [] : [{ alert: aboutFollowing(title, lines, clock.now()) }];
    notices.take(alert, (state) => {
      const { cursors } = withSeq(state, seq);
      return {
        ...state,
        cursors: { ...cursors, ledgerId: id },
        positions: held,
      };
    });
    return seq;
  };
  // Of what was before the first look nobody wants to hear now.
  if (ledgerSeq === null || ledgerId === null) return note(range.newestSeq);
  if (ledgerId !== id) return note(range.newestSeq, 'another ledger is followed from now on');
  if (range.newestSeq < ledgerSeq) {
    return note(range.newestSeq, 'the ledger is an older copy', [
      `it ends at event ${range.newestSeq}; ${ledgerSeq} had been told of`,
    ]);
  }
  const missed = range.oldestSeq - ledgerSeq - 1;
  if (missed > 0 && range.oldestSeq > 0) {
    metrics.missed('ledger', missed);
    return note(range.oldestSeq - 1, `${missed} events were missed`, [
      'the notifier was away for longer than the ledger keeps them',
    ]);
  }
  if (range.newestSeq === ledgerSeq) {
    metrics.behind('ledger', 0);
    return undefined;
  }
  return ledgerSeq;
}

function withSeq(state: NotifierState, ledgerSeq: number): NotifierState {
  return { ...state, cursors: { ...state.cursors, ledgerSeq } };
}

function aboutFollowing(title: string, lines: readonly string[], atMs: number): Alert {
  return { kind: 'notifier', level: 'warning', atMs, group: `notifier ${title}`, title, lines };
}
