/** One fault against a running desk: when it shows, what an entry meets, how long until it is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '#bus/bus.ts';
import { feeds } from '#bus/states.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { clearFaults, postFault } from '../../tests/support/practice.ts';
import type { DeskRun } from './desk-run.ts';
import type { FaultRow, Sign } from './fault-table.ts';
import { untilTrading } from './kill-agent.ts';
import { largest, parseMetrics, total } from './metric-text.ts';
import type { Sample } from './metric-text.ts';
import { offerEntry } from './offer-entry.ts';

export interface RoundResult {
  readonly row: FaultRow;
  /** First sign in the metrics. */
  readonly shownBy: string | undefined;
  readonly shownMs: number | undefined;
  readonly worstAgeSeconds: number;
  /** Codes with which an entry was refused at the end; empty when it was taken. */
  readonly refusals: readonly string[] | undefined;
  /** From the end of the fault to fresh data and a live decision of every pair. */
  readonly recoveredMs: number | undefined;
  readonly restarts: number;
  readonly problems: readonly string[];
}

export interface RoundOptions {
  readonly practiceUrl: string;
  readonly bus: Bus;
  readonly lastsMs: number;
  /** Offers an entry before the end; needs a fault that lasts ten seconds. */
  readonly withEntry?: boolean;
}

const LOOK_MS = 200;
const SHOWN_WITHIN_MS = 5_000;
/** Of an entry, from being offered to the verdict. */
const VERDICT_MS = 2_500;
const OPEN_WITHIN_MS = 40_000;
/** Refusals that come from how the desk has traded, not from what it does not know. */
const OWN_CODES: readonly string[] = [
  'duplicate-pair',
  'max-open-positions',
  'pair-exposure',
  'losses-in-row',
  'daily-loss',
  'drawdown',
  'free-quote',
];

export async function faultRound(
  run: DeskRun,
  row: FaultRow,
  options: RoundOptions,
): Promise<RoundResult> {
  const before = await readMetrics(run);
  const restartsBefore = await restartsOf(run);
  const startMs = performance.now();
  for (const fault of row.faults) await postFault(options.practiceUrl, fault);
  const watching = watchMetrics(run, { before, signs: row.signs, startMs });
  const entryMs = options.withEntry === true ? VERDICT_MS : 0;
  await sleep(options.lastsMs - entryMs);
  const refusals = entryMs > 0 ? await offerEntry(run, options.bus, entryMs) : undefined;
  await clearFaults(options.practiceUrl);
  const endMs = Date.now();
  const seen = await watching.stop();
  const recoveredMs = await untilOpen(run, options.bus, endMs).then(
    () => Date.now() - endMs,
    () => undefined,
  );
  const restarts = (await restartsOf(run)) - restartsBefore;
  const result = { row, ...seen, refusals, recoveredMs, restarts };
  return { ...result, problems: problemsOf(result) };
}

async function untilOpen(run: DeskRun, bus: Bus, sinceMs: number): Promise<void> {
  await untilTrading(run, sinceMs);
  await eventually(
    async () => {
      const states = [...(await bus.all(feeds)).values()];
      const halted = total(await readMetrics(run), 'halted', { kind: 'end-of-data' });
      return halted === 0 && states.every(({ state }) => state === 'live');
    },
    { withinMs: OPEN_WITHIN_MS, what: 'every feed is live' },
  );
}

function problemsOf(result: Omit<RoundResult, 'problems'>): string[] {
  const { row, shownMs, refusals, recoveredMs, restarts } = result;
  const isRefused = refusals?.some((code) => !OWN_CODES.includes(code));
  const isExpected =
    isRefused === undefined ||
    row.entries === 'either' ||
    isRefused === (row.entries === 'refused');
  return [
    ...(shownMs === undefined ? ['no metric showed it'] : []),
    ...(shownMs !== undefined && shownMs > SHOWN_WITHIN_MS ? ['shown too late'] : []),
    ...(isExpected ? [] : [`an entry was ${isRefused ? 'refused' : 'taken'}`]),
    ...(recoveredMs === undefined ? ['not trading again'] : []),
    ...(restarts === 0 ? [] : [`${restarts} restarts`]),
  ];
}

interface Seen {
  readonly shownBy: string | undefined;
  readonly shownMs: number | undefined;
  readonly worstAgeSeconds: number;
}

/** Looks at the metrics as a Prometheus would, only more often. */
function watchMetrics(
  run: DeskRun,
  watch: { before: readonly Sample[]; signs: readonly Sign[]; startMs: number },
): { stop: () => Promise<Seen> } {
  let isOver = false;
  let shown: Sign | undefined;
  let shownMs: number | undefined;
  let worstAgeSeconds = 0;
  const looking = (async (): Promise<void> => {
    while (!isOver) {
      const now = await readMetrics(run).catch((): readonly Sample[] => []);
      worstAgeSeconds = Math.max(worstAgeSeconds, largest(now, 'data_age_seconds'));
      if (shown === undefined && now.length > 0) {
        shown = watch.signs.find((sign) => sign.holds(now, watch.before));
        if (shown !== undefined) shownMs = performance.now() - watch.startMs;
      }
      await sleep(LOOK_MS);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await looking;
      return { shownBy: shown?.name, shownMs, worstAgeSeconds };
    },
  };
}

async function readMetrics(run: DeskRun): Promise<readonly Sample[]> {
  const answer = await fetch(`${run.desk.url}/metrics`, { signal: AbortSignal.timeout(2_000) });
  return parseMetrics(await answer.text());
}

async function restartsOf(run: DeskRun): Promise<number> {
  const picture = await run.desk.status();
  return (picture?.agents ?? []).reduce((sum, { restarts }) => sum + restarts, 0);
}
