import type { GateReason } from '#core/risk/gate-verdict.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log, LogFields } from '#platform/log/log.ts';

/** Entries go on being wished for while they are halted; so often is it said that they are refused. */
const AGAIN_MS = 60_000;

export interface RefusalLog {
  refused(intent: LogFields, reasons: readonly GateReason[]): void;
  accepted(): void;
}

/**
 * One line for each refusal, but while entries are halted one when that begins and then one a
 * minute with how many there were. The ledger has every one of them.
 */
export function refusalLog(log: Log, clock: Clock): RefusalLog {
  let halts = '';
  let count = 0;
  let toldMs = 0;

  function begin(found: string): void {
    halts = found;
    count = 0;
    toldMs = clock.monotonic();
  }

  return {
    accepted: () => begin(''),
    refused: (intent, reasons) => {
      const found = haltsIn(reasons);
      const isSame = found !== '' && found === halts;
      const fields = { ...intent, reasons: namesOf(reasons) };
      if (!isSame) {
        begin(found);
        log.info(fields, 'intent refused');
        return;
      }
      count += 1;
      log.debug(fields, 'intent refused');
      if (clock.monotonic() - toldMs < AGAIN_MS) return;
      log.info({ halts, count }, 'intents refused while halted');
      begin(found);
    },
  };
}

function haltsIn(reasons: readonly GateReason[]): string {
  return reasons.flatMap((reason) => (reason.code === 'halted' ? [reason.found] : [])).join(',');
}

/** A halt by its own name, which is also that of the limit that began it: each is said once. */
function namesOf(reasons: readonly GateReason[]): readonly string[] {
  const names = reasons.map(({ code, found }) => (code === 'halted' ? `${found}` : code));
  return [...new Set(names)];
}
