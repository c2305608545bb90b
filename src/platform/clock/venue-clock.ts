import type { Clock } from './clock.ts';

/**
 * The exchange's time as this process sees it (law 8).
 *
 * 1. It runs on the monotonic clock: a step of the machine's wall clock changes nothing.
 * 2. It is late, never ahead: the server's stamp is older than its arrival, and the way back is not
 *    added. Venues refuse a request that is stamped a second in their future.
 * 3. A correction is slewed, so two readings never stand in the wrong order. Only an error beyond
 *    `STEP_BEYOND_MS`, seen twice, is stepped: the machine slept, or the venue's clock jumped.
 *    Between the two measurements the clock is not synchronised and nothing may be signed.
 */
export interface VenueClock {
  /** Venue time, whole epoch milliseconds. */
  now(): number;
  /** Venue time minus the machine's wall clock. */
  offsetMs(): number;
  /** Round trip of the best sample: the time is at most this late. */
  uncertaintyMs(): number;
  isSynchronised(): boolean;
  /** Times it was stepped since it was set first. */
  steps(): number;
  /** Takes several samples and corrects the clock; throws when the venue cannot be asked. */
  measure(signal?: AbortSignal): Promise<void>;
}

/** One question to the server. `sentMs` and `receivedMs` are monotonic. */
export interface ClockSample {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly serverMs: number;
}

/** 50 ms a second: a second of error is gone in twenty, and intervals stay true to 5 %. */
const SLEW_FRACTION = 0.05;
const STEP_BEYOND_MS = 2_000;
const SAMPLES = 5;
/** A sample that took longer says little; half of Binance's tolerance of one second. */
const ROUND_TRIP_MS_MAX = 500;

/** Median of the quick samples: server time minus monotonic time at arrival, and the round trip. */
export function estimateOffset(
  samples: readonly ClockSample[],
): { offsetMs: number; roundTripMs: number } | undefined {
  const trips = samples.map((sample) => sample.receivedMs - sample.sentMs);
  const best = Math.min(...trips);
  if (samples.length === 0 || best < 0) return undefined;
  // Slow samples are usually queued on one side only: they pull the estimate, so they are left out.
  const quick = samples.filter((_, index) => (trips[index] ?? Infinity) <= best * 2 + 5);
  const offsets = quick.map((sample) => sample.serverMs - sample.receivedMs);
  offsets.sort((a, b) => a - b);
  // The lower middle: of two candidates the later clock is the safe one.
  const offsetMs = offsets[Math.floor((offsets.length - 1) / 2)];
  return offsetMs === undefined ? undefined : { offsetMs, roundTripMs: best };
}

export function createVenueClock(options: {
  clock: Clock;
  serverTimeMs: (signal?: AbortSignal) => Promise<number>;
}): VenueClock {
  const { clock } = options;
  let from = { offsetMs: clock.now() - clock.monotonic(), atMs: clock.monotonic() };
  let targetMs = from.offsetMs;
  let uncertaintyMs = Infinity;
  let isSynchronised = false;
  let wasSet = false;
  let suspectMs: number | undefined;
  let steps = 0;

  function offsetAt(monotonicMs: number): number {
    const mostMs = (monotonicMs - from.atMs) * SLEW_FRACTION;
    const missingMs = targetMs - from.offsetMs;
    return from.offsetMs + Math.max(-mostMs, Math.min(mostMs, missingMs));
  }

  function jumpTo(offsetMs: number): void {
    from = { offsetMs, atMs: clock.monotonic() };
    targetMs = offsetMs;
  }

  function correct(offsetMs: number): void {
    const atMs = clock.monotonic();
    const currentMs = offsetAt(atMs);
    if (!wasSet) {
      jumpTo(offsetMs);
      wasSet = true;
      isSynchronised = true;
    } else if (Math.abs(offsetMs - currentMs) <= STEP_BEYOND_MS) {
      from = { offsetMs: currentMs, atMs };
      targetMs = offsetMs;
      suspectMs = undefined;
      isSynchronised = true;
    } else if (suspectMs !== undefined && Math.abs(offsetMs - suspectMs) <= STEP_BEYOND_MS) {
      jumpTo(offsetMs);
      steps += 1;
      suspectMs = undefined;
      isSynchronised = true;
    } else {
      suspectMs = offsetMs;
      isSynchronised = false;
    }
  }

  async function measure(signal?: AbortSignal): Promise<void> {
    const estimate = estimateOffset(await takeSamples(clock, () => options.serverTimeMs(signal)));
    if (estimate === undefined) return;
    uncertaintyMs = estimate.roundTripMs;
    correct(estimate.offsetMs);
  }

  return {
    now: () => Math.floor(clock.monotonic() + offsetAt(clock.monotonic())),
    offsetMs: () => clock.monotonic() + offsetAt(clock.monotonic()) - clock.now(),
    uncertaintyMs: () => uncertaintyMs,
    isSynchronised: () => isSynchronised,
    steps: () => steps,
    measure,
  };
}

/** Throws when the venue does not answer at all; one lost sample of several is no failure. */
async function takeSamples(
  clock: Clock,
  serverTimeMs: () => Promise<number>,
): Promise<readonly ClockSample[]> {
  const samples: ClockSample[] = [];
  for (let i = 0; i < SAMPLES; i += 1) {
    const sentMs = clock.monotonic();
    try {
      const serverMs = await serverTimeMs();
      const receivedMs = clock.monotonic();
      if (receivedMs - sentMs <= ROUND_TRIP_MS_MAX) samples.push({ sentMs, receivedMs, serverMs });
    } catch (error: unknown) {
      if (samples.length === 0) throw error;
    }
  }
  return samples;
}
