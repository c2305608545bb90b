/** Every fault of the practice exchange, how it is made, and what the desk has to do about it. */
import { DATA_FAULT_KINDS } from '#practice/faults/fault.ts';
import type { DataFaultKind } from '#practice/faults/fault.ts';
import { total } from './metric-text.ts';
import type { Sample } from './metric-text.ts';

/** Something in the metrics that shows a fault. */
export interface Sign {
  readonly name: string;
  readonly holds: (now: readonly Sample[], before: readonly Sample[]) => boolean;
}

export interface FaultRow {
  readonly kind: DataFaultKind;
  readonly title: string;
  /** Posted together. */
  readonly faults: readonly object[];
  /** Any of them. */
  readonly signs: readonly Sign[];
  /** What an entry has to meet at the end of the fault. */
  readonly entries: 'refused' | 'taken' | 'either';
}

type Labels = Readonly<Record<string, string>>;

function rises(name: string, labels: Labels = {}): Sign {
  const shown = Object.values(labels).join(',');
  return {
    name: shown === '' ? name : `${name}{${shown}}`,
    holds: (now, before) => total(now, name, labels) > total(before, name, labels),
  };
}

/** More observations above a bucket's bound than before. */
function isSlower(name: string, le: string): Sign {
  const above = (samples: readonly Sample[]): number =>
    total(samples, `${name}_count`) - total(samples, `${name}_bucket`, { le });
  return { name: `${name} > ${le}`, holds: (now, before) => above(now) > above(before) };
}

function isOff(name: string, by: number): Sign {
  const isFar = (samples: readonly Sample[]): boolean =>
    samples.some((sample) => sample.name === name && Math.abs(sample.value) > by);
  return { name: `${name} beyond ${by}`, holds: (now, before) => isFar(now) && !isFar(before) };
}

const request = (outcome: string): Sign => rises('venue_requests_total', { outcome });
const SYMBOL = 'BTCUSDT';

type Row = Omit<FaultRow, 'kind' | 'title'> & { readonly title?: string };

const ROWS: Readonly<Record<DataFaultKind, readonly Row[]>> = {
  'socket-drop': [
    {
      faults: [{ kind: 'socket-drop', everyMs: 3_000 }],
      signs: [rises('venue_reconnects_total')],
      entries: 'taken',
    },
  ],
  'socket-mute': [
    {
      title: 'socket-mute, once',
      faults: [{ kind: 'socket-mute' }],
      signs: [rises('stream_checks_total', { outcome: 'mute' })],
      entries: 'taken',
    },
    {
      title: 'socket-mute, new ones too',
      faults: [{ kind: 'socket-mute', newConnections: true }],
      signs: [rises('stream_checks_total', { outcome: 'mute' })],
      entries: 'refused',
    },
  ],
  'socket-delay': [
    {
      faults: [{ kind: 'socket-delay', delayMs: 8_000 }],
      signs: [isOff('stream_delay_seconds', 1), rises('stream_checks_total', { outcome: 'mute' })],
      entries: 'refused',
    },
  ],
  'socket-throttle': [
    {
      faults: [{ kind: 'socket-throttle', messagesPerSecond: 1 }],
      signs: [isOff('stream_delay_seconds', 1)],
      entries: 'refused',
    },
  ],
  'socket-refuse': [
    {
      title: 'socket-refuse, after a drop',
      faults: [{ kind: 'socket-refuse' }, { kind: 'socket-drop' }],
      signs: [rises('venue_reconnects_total')],
      entries: 'refused',
    },
  ],
  'rest-refuse': [
    { faults: [{ kind: 'rest-refuse' }], signs: [request('venue-unreachable')], entries: 'taken' },
  ],
  'rest-hang': [
    {
      faults: [{ kind: 'rest-hang' }],
      signs: [rises('venue_slow_requests_total'), request('venue-unreachable')],
      entries: 'taken',
    },
  ],
  'rest-delay': [
    {
      faults: [{ kind: 'rest-delay', delayMs: 2_000 }],
      signs: [rises('venue_slow_requests_total'), isSlower('venue_request_seconds', '1')],
      entries: 'taken',
    },
  ],
  'rest-5xx': [
    { faults: [{ kind: 'rest-5xx' }], signs: [request('venue-unreachable')], entries: 'taken' },
  ],
  'rest-reset': [
    { faults: [{ kind: 'rest-reset' }], signs: [request('venue-unreachable')], entries: 'taken' },
  ],
  'rest-garbage': [
    { faults: [{ kind: 'rest-garbage' }], signs: [request('venue-garbled')], entries: 'taken' },
  ],
  'rest-empty': [
    { faults: [{ kind: 'rest-empty' }], signs: [request('venue-garbled')], entries: 'taken' },
  ],
  'event-duplicate': [
    {
      faults: [{ kind: 'event-duplicate' }],
      signs: [rises('candles_late_total', { kind: 'duplicate' })],
      entries: 'taken',
    },
  ],
  'event-late': [
    {
      faults: [{ kind: 'event-late', delayMs: 1_500 }],
      signs: [isOff('stream_delay_seconds', 1)],
      entries: 'taken',
    },
  ],
  'event-reorder': [
    {
      faults: [{ kind: 'event-reorder', probability: 0.5 }],
      signs: [rises('venue_book_resyncs_total')],
      entries: 'taken',
    },
  ],
  'event-missing': [
    {
      faults: [{ kind: 'event-missing', probability: 0.3 }],
      signs: [rises('venue_book_resyncs_total')],
      entries: 'taken',
    },
  ],
  'rate-limit': [
    {
      faults: [{ kind: 'rate-limit', retryAfterS: 2 }],
      signs: [request('venue-rate-limited')],
      entries: 'taken',
    },
  ],
  'ip-ban': [
    {
      faults: [{ kind: 'ip-ban', banMs: 5_000 }],
      signs: [request('venue-rate-limited')],
      entries: 'taken',
    },
  ],
  'clock-offset': [
    {
      faults: [{ kind: 'clock-offset', offsetMs: 30_000 }],
      signs: [isOff('venue_clock_offset_seconds', 1), isOff('stream_delay_seconds', 1)],
      // The prices are current, only the clocks differ: refused as soon as both agents follow it.
      entries: 'either',
    },
  ],
  'filter-change': [
    {
      faults: [{ kind: 'filter-change', target: { symbol: SYMBOL }, minNotional: '33' }],
      signs: [rises('instrument_changes_total')],
      entries: 'taken',
    },
  ],
  maintenance: [
    {
      title: 'maintenance, break',
      faults: [{ kind: 'maintenance', mode: 'break' }],
      signs: [rises('instrument_changes_total')],
      entries: 'refused',
    },
    {
      title: 'maintenance, closed',
      faults: [{ kind: 'maintenance', mode: 'closed' }],
      signs: [rises('venue_reconnects_total')],
      entries: 'refused',
    },
  ],
};

export const FAULT_TABLE: readonly FaultRow[] = DATA_FAULT_KINDS.flatMap((kind) =>
  ROWS[kind].map((row) => ({ ...row, kind, title: row.title ?? kind })),
);
