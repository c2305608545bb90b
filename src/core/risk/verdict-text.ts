import type { GateReason } from './gate-verdict.ts';

/** Reasons of the gate as a person reads them: `spread 0.01 (limit 0.005), halted: paused`. */
export function reasonsText(reasons: readonly GateReason[]): string {
  return reasons.map(reasonText).join(', ');
}

function reasonText({ code, found, limit }: GateReason): string {
  if (code === 'halted') return `halted: ${found}`;
  const what = found === undefined ? code : `${code} ${found}`;
  return limit === undefined ? what : `${what} (limit ${limit})`;
}
