import { ledgerEventOf } from '../rows.ts';
import type { CheckContext } from './check-context.ts';

const FIRST_VERSION = 10;

/**
 * The events that are kept can be read and are numbered without a gap: only the oldest are ever
 * removed. Whoever follows them by number would else lose one and never know.
 */
export function checkEvents(context: CheckContext): { readonly events: number } {
  const { builder, problems } = context;
  // Not opened yet by a desk that keeps events.
  const versions = [...context.rows(builder.selectFrom('migrations').selectAll())];
  if (!versions.some(({ version }) => version >= FIRST_VERSION)) return { events: 0 };
  let events = 0;
  let before: number | undefined;
  for (const row of context.rows(builder.selectFrom('events').selectAll().orderBy('seq'))) {
    events += 1;
    if (before !== undefined && row.seq !== before + 1) {
      problems.add('event-missing', `event ${row.seq} follows ${before}: those between are gone`);
    }
    before = row.seq;
    const { event } = ledgerEventOf(row);
    if (event.kind !== row.kind) {
      problems.add('event-differs', `event ${row.seq} is ${row.kind} and tells ${event.kind}`);
    }
  }
  return { events };
}
