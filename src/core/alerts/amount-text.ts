import { format, parse, round, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';

const PLACES = 2;
/** Below one unit two places would hide the amount: quote assets such as BTC. */
const SMALL_PLACES = 6;

/** An amount of money for a person's eye. */
export function amountText(amount: DecimalText): string {
  const size = Math.abs(toNumber(parse(amount)));
  const places = size >= 1 || size === 0 ? PLACES : SMALL_PLACES;
  return format(round(amount, places, 'half-even'));
}

/** The same with its sign, for profit and loss. */
export function signedText(amount: DecimalText): string {
  const text = amountText(amount);
  return text.startsWith('-') || text === '0' ? text : `+${text}`;
}

export function percentText(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}

/** `1 h 5 min`, `12 s`: the two largest units are enough. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
