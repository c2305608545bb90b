/** Offers execution an entry as a trading-worker would and reads what the gate said to it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Bus } from '#bus/bus.ts';
import { intents } from '#bus/queues.ts';
import { TradeIntent } from '#core/model/intent.ts';
import type { DeskRun } from './desk-run.ts';

const Verdict = z.looseObject({
  kind: z.string(),
  reasons: z.array(z.looseObject({ code: z.string() })),
});

/** The codes of the refusal; empty when it was taken. Takes `withinMs` in any case. */
export async function offerEntry(
  { desk, pairs }: DeskRun,
  bus: Bus,
  withinMs: number,
): Promise<readonly string[]> {
  const nowMs = Date.now();
  const intent = TradeIntent.parse({
    id: randomBytes(8).toString('hex'),
    desk: 'nightdesk',
    variant: 'main',
    pair: pairs[0],
    timeframe: '1s',
    candleCloseMs: nowMs - (nowMs % 1_000),
    evaluationId: `offered_1s_${nowMs}`,
    confidence: 0.9,
    receivedMs: nowMs,
    createdMs: nowMs,
    // Long enough for a clock that is off by the whole of a fault.
    expiresAtMs: nowMs + 120_000,
    action: 'enter',
    stopDistanceFraction: 0.01,
    targetDistanceFraction: 0.03,
  });
  await bus.send(intents, intent);
  await sleep(withinMs);
  const text = verdictOf(desk.dataDir, intent.id);
  if (text === undefined) return ['no-verdict'];
  const verdict = Verdict.parse(JSON.parse(text));
  return verdict.kind === 'refuse' ? verdict.reasons.map(({ code }) => code) : [];
}

function verdictOf(dataDir: string, id: string): string | undefined {
  const database = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
  try {
    const row = database.prepare('select verdict from intents where id = ?').get(id);
    return row === undefined ? undefined : String(row['verdict']);
  } finally {
    database.close();
  }
}
