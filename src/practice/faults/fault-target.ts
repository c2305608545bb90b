import type { FaultTarget } from './fault.ts';

/** What a fault may hit: a request or an event of a stream. */
export interface FaultSubject {
  readonly symbol?: string | undefined;
  readonly stream?: string | undefined;
  readonly route?: string | undefined;
  readonly verb?: string | undefined;
  /** Of an order. */
  readonly side?: string | undefined;
}

/** True when every part the target names is matched by the subject. */
export function targetMatches(target: FaultTarget, subject: FaultSubject): boolean {
  return (
    partMatches(target.symbol, subject.symbol) &&
    partMatches(target.stream, subject.stream) &&
    partMatches(target.route, subject.route) &&
    partMatches(target.verb, subject.verb) &&
    partMatches(target.side, subject.side)
  );
}

function partMatches(pattern: string | undefined, value: string | undefined): boolean {
  if (pattern === undefined || pattern === '*') return true;
  if (value === undefined) return false;
  if (!pattern.includes('*')) return pattern === value;
  return wildcard(pattern.split('*'), value);
}

function wildcard(parts: readonly string[], value: string): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = value.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= value.length - last.length;
}
