import type { CheckContext } from './check-context.ts';

/** No intent is in twice, and no entry was made that an accepted intent did not ask for. */
export function checkIntents(context: CheckContext): { intents: number } {
  const verdicts = new Map<string, string>();
  let intents = 0;
  for (const row of context.rows(
    context.builder.selectFrom('intents').select(['id', 'verdict_kind']),
  )) {
    intents += 1;
    if (verdicts.has(row.id)) context.problems.add('intent-twice', `intent ${row.id} is in twice`);
    verdicts.set(row.id, row.verdict_kind);
  }
  const entries = context.builder
    .selectFrom('orders')
    .select(['client_order_id', 'intent_id', 'attempt'])
    .where('leg', '=', 'entry');
  const attempts = new Set<string>();
  for (const row of context.rows(entries)) {
    const verdict = verdicts.get(row.intent_id);
    if (verdict !== 'accept') {
      context.problems.add(
        'entry-without-intent',
        `entry ${row.client_order_id} came from intent ${row.intent_id}: ${verdict ?? 'not recorded'}`,
      );
    }
    const attempt = `${row.intent_id} ${row.attempt}`;
    if (attempts.has(attempt)) {
      context.problems.add('intent-twice', `intent ${row.intent_id} made two entries`);
    }
    attempts.add(attempt);
  }
  return { intents };
}
