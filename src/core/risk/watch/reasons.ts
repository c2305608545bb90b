/** Why the level is what it is, in words for the operator. */
import { percent } from '#core/allocation/limits.ts';
import type { Pair } from '#core/model/pair.ts';
import type { WatchedLimit } from './limits.ts';
import { isWorse, keyOf, levelOf } from './step-limits.ts';
import type { LimitMemory } from './step-limits.ts';

/** As a state holds at most. */
const REASONS_MAX = 50;
const TEXT_MAX = 300;

export function reasonsOf(
  watched: readonly WatchedLimit[],
  {
    memory,
    blind,
  }: { readonly memory: ReadonlyMap<string, LimitMemory>; readonly blind: readonly Pair[] },
): string[] {
  const unread = `no entries while candles of what is held cannot be read: ${blind.join(', ')}`;
  return [
    ...(blind.length > 0 ? [unread.slice(0, TEXT_MAX)] : []),
    ...watched.flatMap((limit) => ofLimit(limit, memory.get(keyOf(limit)))),
  ].slice(0, REASONS_MAX);
}

function ofLimit(limit: WatchedLimit, now: LimitMemory | undefined): string[] {
  if (now === undefined || now.level === 'normal') return [];
  const of = now.subject === undefined ? '' : ` of ${now.subject}`;
  const [value, bound] = [now.value, now.bound].map((figure) =>
    limit.unit === 'fraction' ? percent(figure) : String(Number(figure.toFixed(2))),
  );
  return [`${now.name}${of} ${value} ${verbOf(limit, now)} ${bound}: ${now.level}`];
}

/** A level outlives its cause by the time of recovery: then it was so, and is no more. */
function verbOf(limit: WatchedLimit, { level, value, bound }: LimitMemory): string {
  const side = limit.isFloor === true ? 'under' : 'over';
  if (isWorse(level, levelOf(limit, 0))) return `was ${side}`;
  return value === bound ? 'has reached' : `is ${side}`;
}
