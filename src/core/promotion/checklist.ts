import type { FidelityFigures } from '#core/fidelity/figures.ts';
import type { PromotionConfig } from './config.ts';
import type { ConformanceResult } from './conformance.ts';
import type { CheckLine } from './promotion-record.ts';
import type { RunTotals } from './run-record.ts';

export interface Evidence {
  readonly nowMs: number;
  /** A desk that decides otherwise was promoted here before: less is needed. */
  readonly isRerun: boolean;
  readonly runs: RunTotals;
  readonly closedTrades: number;
  readonly decidedCandles: number;
  /** What is wrong between ledger and venue or within the ledger, in words; empty = clean. */
  readonly bookProblems: readonly string[];
  readonly fidelity: Pick<FidelityFigures, 'orders' | 'fillRateError' | 'slippageBias'>;
  /** The newest against this venue. */
  readonly conformance: ConformanceResult | undefined;
  /** Names of failed checks; undefined = not run. */
  readonly doctorFailures: readonly string[] | undefined;
  /** Limits that guard nothing as they are set, in words. */
  readonly openLimits: readonly string[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Everything that is asked of a desk before it trades real money, from recorded evidence alone. */
export function checklist(evidence: Evidence, config: PromotionConfig): readonly CheckLine[] {
  return [
    ...runLines(evidence, config),
    decidedLine(evidence, config),
    drawdownLine(evidence.runs, config),
    problemLine('ledger and reconciliation', evidence.bookProblems, 'no difference'),
    fidelityLine(evidence.fidelity, config.fidelity),
    ...(config.conformance_needed ? [conformanceLine(evidence, config)] : []),
    ...(config.doctor_needed ? [doctorLine(evidence.doctorFailures)] : []),
    problemLine('risk limits', evidence.openLimits, 'every limit set'),
  ];
}

function runLines({ runs, closedTrades, isRerun }: Evidence, config: PromotionConfig): CheckLine[] {
  const hours = runs.liveMs / HOUR_MS;
  const hoursMin = isRerun ? config.rerun_hours : config.shadow_hours;
  const tradesMin = isRerun ? config.rerun_closed_trades : config.closed_trades;
  return [
    {
      name: 'hours in shadow on the live tape',
      found: places(hours, 2),
      needed: isRerun ? `${hoursMin} (promoted here before)` : String(hoursMin),
      isOk: hours >= hoursMin && runs.runs > 0,
    },
    {
      name: 'closed trades',
      found: String(closedTrades),
      needed: String(tradesMin),
      isOk: closedTrades >= tradesMin,
    },
    {
      name: 'uptime',
      found: percent(runs.uptimeFraction),
      needed: percent(config.uptime_fraction_min),
      isOk: runs.uptimeFraction >= config.uptime_fraction_min,
    },
    {
      name: 'crash loops',
      found: String(runs.crashLoops),
      needed: '0',
      isOk: runs.crashLoops === 0,
    },
  ];
}

function decidedLine({ runs, decidedCandles }: Evidence, config: PromotionConfig): CheckLine {
  // Time is cut into half minutes, so a close at a run's edge may be counted on one side only.
  const decided = runs.dueCandles === 0 ? 0 : Math.min(1, decidedCandles / runs.dueCandles);
  return {
    name: 'candles decided',
    found: `${percent(decided)} of ${Math.round(runs.dueCandles)}`,
    needed: percent(config.decided_fraction_min),
    isOk: runs.dueCandles > 0 && decided >= config.decided_fraction_min,
  };
}

function drawdownLine(runs: RunTotals, config: PromotionConfig): CheckLine {
  return {
    name: 'deepest drawdown',
    found: percent(runs.maxDrawdownFraction),
    needed: `at most ${percent(config.drawdown_max)}`,
    isOk: runs.maxDrawdownFraction <= config.drawdown_max,
  };
}

function fidelityLine(found: Evidence['fidelity'], needed: PromotionConfig['fidelity']): CheckLine {
  const { orders, fillRateError } = found;
  // Either way is wrong, but noise around the truth is not: a price moves while an order travels.
  const slippageError = Math.abs(found.slippageBias ?? 0);
  const isKnown = orders >= needed.orders_min;
  return {
    name: 'paper fidelity',
    found:
      orders === 0
        ? 'nothing scored yet'
        : `${orders} orders: fill rate off by ${percent(fillRateError)}, price by ${places(slippageError, 2)} spreads`,
    needed: `${needed.orders_min} orders, ${percent(needed.fill_rate_error_max)}, ${needed.slippage_error_max} spreads`,
    isOk:
      isKnown &&
      fillRateError <= needed.fill_rate_error_max &&
      slippageError <= needed.slippage_error_max,
  };
}

function conformanceLine({ conformance, nowMs }: Evidence, config: PromotionConfig): CheckLine {
  const name = 'conformance';
  const needed = `all pass, at most ${config.conformance_days_max} days old`;
  if (conformance === undefined) return { name, found: 'never run', needed, isOk: false };
  const count = (outcome: string): number =>
    conformance.cases.filter((one) => one.outcome === outcome).length;
  const days = (nowMs - conformance.atMs) / DAY_MS;
  return {
    name,
    found: `${count('pass')} pass, ${count('fail')} fail, ${count('skip')} skip, ${places(days, 1)} days old`,
    needed,
    isOk: count('fail') === 0 && count('pass') > 0 && days <= config.conformance_days_max,
  };
}

function doctorLine(failures: readonly string[] | undefined): CheckLine {
  const name = 'doctor';
  const needed = 'nothing fails';
  if (failures === undefined) return { name, found: 'not run', needed, isOk: false };
  return problemLine(name, failures, needed);
}

function problemLine(name: string, problems: readonly string[], needed: string): CheckLine {
  return { name, found: problems.join('; ') || 'clean', needed, isOk: problems.length === 0 };
}

function percent(fraction: number): string {
  return `${places(fraction * 100, 1)} %`;
}

/** Rounded down: 23.999 hours are not 24. */
function places(value: number, digits: number): string {
  const scale = 10 ** digits;
  return String(Math.floor(value * scale + 1e-9) / scale);
}
