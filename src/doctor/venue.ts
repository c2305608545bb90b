import type { Instrument } from '#core/model/instrument.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export type VenueFacts =
  | {
      readonly kind: 'read';
      readonly id: string;
      /** Venue time minus the clock of this machine. */
      readonly offsetMs: number;
      readonly roundTripMs: number;
      readonly instruments: readonly Instrument[];
    }
  | { readonly kind: 'away'; readonly why: string }
  /** The practice exchange runs with the desk, and the desk is down. */
  | { readonly kind: 'not-started' };

// The desk corrects for it, but a second is where venues begin to refuse what comes from a clock
// that nobody keeps.
const OFFSET_WARN_MS = 1_000;
// A request is valid for two seconds, and the way there is part of them.
const ROUND_TRIP_FAIL_MS = 1_000;
const ROUND_TRIP_WARN_MS = 300;

export function judgeVenue(facts: VenueFacts): Finding[] {
  if (facts.kind === 'not-started')
    return [pass('venue', 'the practice exchange comes with the desk')];
  if (facts.kind === 'away') {
    return [
      fail('venue', facts.why, 'check the network, exchange.name and the status page of the venue'),
    ];
  }
  return [judgeInstruments(facts.id, facts.instruments), judgeClock(facts)];
}

function judgeInstruments(id: string, instruments: readonly Instrument[]): Finding {
  const closed = instruments.filter(({ status }) => status !== 'trading');
  const bare = instruments.filter(({ hasOco }) => !hasOco);
  const text = `${id} answers, ${instruments.length} pairs`;
  if (closed.length > 0) {
    const names = closed.map(({ pair, status }) => `${pair} ${status}`).join(', ');
    return warn('venue', `${text}; not open: ${names}`, 'they are not traded until they open');
  }
  if (bare.length > 0) {
    const names = bare.map(({ pair }) => pair).join(', ');
    return warn(
      'venue',
      `${text}; without order lists: ${names}`,
      'their stop and target cannot both rest there; docs/venues.md says what is done instead',
    );
  }
  return pass('venue', text);
}

function judgeClock(facts: Extract<VenueFacts, { kind: 'read' }>): Finding {
  const offsetMs = Math.round(facts.offsetMs);
  const roundTripMs = Math.round(facts.roundTripMs);
  const text = `${Math.abs(offsetMs)} ms ${offsetMs < 0 ? 'ahead of' : 'behind'} the venue, ${roundTripMs} ms there and back`;
  if (roundTripMs >= ROUND_TRIP_FAIL_MS) {
    return fail('clock', text, 'run the desk nearer to the venue: orders would come too late');
  }
  if (Math.abs(offsetMs) >= OFFSET_WARN_MS) {
    return warn('clock', text, 'keep the clock of this machine true: "timedatectl set-ntp true"');
  }
  if (roundTripMs >= ROUND_TRIP_WARN_MS) {
    return warn('clock', text, 'a machine nearer to the venue trades at better prices');
  }
  return pass('clock', text);
}
