import type { AnalystReport } from '#core/model/decision.ts';
import type { Regime } from './regime.ts';
import { percent, short } from './scale.ts';
import type { Distances } from './distances.ts';
import type { Outcome } from './vote.ts';

/** Evidence lines quoted per analyst; all of them stay in the reports. */
const QUOTED = 2;

/** The decision in plain words: what, how sure, who was for and against and why. */
export function rationaleOf(given: {
  readonly outcome: Outcome;
  readonly regime: Regime;
  readonly reports: readonly AnalystReport[];
  readonly distances: Distances | undefined;
}): string {
  const { outcome, regime, reports, distances } = given;
  const side = Math.sign(outcome.stance);
  const heard = reports.filter(({ confidence, stance }) => confidence > 0 && stance !== 0);
  const parts = [
    `${headline(outcome)} Market: ${regime.kind}, ADX ${short(regime.adx)}${storm(regime)}.`,
    quote(
      'For',
      heard.filter(({ stance }) => Math.sign(stance) === side),
    ),
    quote(
      'Against',
      heard.filter(({ stance }) => Math.sign(stance) === -side),
    ),
  ];
  if (outcome.action !== 'hold' && distances !== undefined) {
    const { stopDistanceFraction, targetDistanceFraction } = distances;
    parts.push(`Stop ${percent(stopDistanceFraction)}, target ${percent(targetDistanceFraction)}.`);
  }
  return parts.filter((part) => part !== '').join(' ');
}

function storm({ storm: strength, expansion, caution }: Regime): string {
  if (caution > strength) return ', too few candles to tell a storm';
  return strength > 0 ? `, ranges ${short(expansion)} times the usual` : '';
}

function headline({ action, stance, confidence, reasons }: Outcome): string {
  const numbers = `stance ${short(stance)}, confidence ${percent(confidence)}`;
  if (reasons.includes('conflict'))
    return `Hold: strong reports contradict each other (${numbers}).`;
  if (reasons.includes('low-confidence')) return `Hold: not sure enough (${numbers}).`;
  if (action === 'hold') return `Hold: no clear side (${numbers}).`;
  return `${action === 'buy' ? 'Buy' : 'Sell'}: ${numbers}.`;
}

function quote(label: string, reports: readonly AnalystReport[]): string {
  if (reports.length === 0) return '';
  const loudest = reports.toSorted(
    (a, b) => Math.abs(b.stance) * b.confidence - Math.abs(a.stance) * a.confidence,
  );
  const quotes = loudest.map(({ analyst, stance, confidence, evidence }) => {
    const why = evidence.slice(0, QUOTED).map(({ text }) => text);
    return `${analyst} ${short(stance)} at ${percent(confidence)} (${why.join('; ')})`;
  });
  return `${label}: ${quotes.join(', ')}.`;
}
