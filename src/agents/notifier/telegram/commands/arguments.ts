/** What people write after a command, read with a clear word about what is wrong. */
import { Pair } from '#core/model/pair.ts';
import { nearest } from '#platform/config/nearest.ts';
import { AskedWrongly, type CommandPorts } from './command.ts';

/** `BTC/USDT`, `btc/usdt` or, against the desk's own quote asset, `btc`. */
export async function pairOf({ desk }: CommandPorts, text: string): Promise<Pair> {
  const upper = text.toUpperCase();
  const wanted = upper.includes('/') ? upper : `${upper}/${desk.quoteAsset}`;
  const parsed = Pair.safeParse(wanted);
  const [rules, held] = await Promise.all([desk.instruments(), desk.positions()]);
  const known: string[] = [...new Set([...rules.keys(), ...held.map(({ pair }) => pair)])];
  if (!parsed.success || (known.length > 0 && !known.includes(wanted))) {
    const meant = nearest(wanted, known);
    throw new AskedWrongly(
      `${text} is no pair of this desk${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
  }
  return parsed.data;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `2h`, `1d`. */
export function durationOf(text: string): number {
  const [, amount = '0', unit = ''] = /^(\d{1,4})([mhd])$/i.exec(text) ?? [];
  const ms = Number(amount) * (UNIT_MS[unit.toLowerCase()] ?? 0);
  if (ms === 0) throw new AskedWrongly(`${text} is no time: write 30m, 2h or 1d`);
  return ms;
}

/** A whole number within bounds; the fallback when nothing is given. */
export function countOf(
  text: string | undefined,
  { fallback, max }: { readonly fallback: number; readonly max: number },
): number {
  if (text === undefined) return fallback;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > max) {
    throw new AskedWrongly(`${text} is no number from 1 to ${max}`);
  }
  return count;
}

/** `2%` or `0.02`: above 0, at most `max`. */
export function fractionOf(text: string, { name, max }: { name: string; max: number }): number {
  const [, number, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(number ?? 0) / (sign === '%' ? 100 : 1);
  if (value > 0 && value <= max) return value;
  throw new AskedWrongly(
    `${name} ${text}: expected a share up to ${max * 100}%, such as 2% or 0.02`,
  );
}

/** Words as `name value` pairs: `stop 2% risk 0.5%`. */
export function namedArguments(
  words: readonly string[],
  names: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at]?.toLowerCase() ?? '';
    const value = words[at + 1];
    if (!names.includes(name) || value === undefined || found.has(name)) {
      const expected = names.map((one) => `${one} VALUE`).join(', ');
      throw new AskedWrongly(`expected ${expected}, found ${words.slice(at).join(' ')}`);
    }
    found.set(name, value);
  }
  return found;
}
