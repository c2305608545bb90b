/**
 * Asks execution whether it would take an entry now, without trading: the stop is further away than
 * the limits allow, so the gate refuses, and names every other reason it has.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { intents } from '#bus/queues.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';

/** Reasons that say the desk is not itself again, unlike limits that are reached. */
const NOT_READY = new Set([
  'pair-not-ready',
  'pair-joining',
  'pair-not-trading',
  'pair-not-selected',
  'no-instrument',
  'no-quote',
  'stale-data',
  'stale-mark',
  'stale-quote',
  'unknown-command',
  'no-equity',
]);
const STOP_TOO_FAR = 0.5;
const EXPIRES_MS = 30_000;
const ANSWER_MS = 300;

export interface EntryProbe extends AsyncDisposable {
  /** Resolves when no pair is refused for being not ready. */
  untilEntering(pairs: readonly string[], withinMs: number): Promise<void>;
}

export async function entryProbe(dataDir: string): Promise<EntryProbe> {
  const bus = await openBus({
    socketPath: socketPath(dataDir, 'redis.sock'),
    instance: 'acceptance',
    clock: systemClock(),
  });
  return {
    untilEntering: async (pairs, withinMs) => {
      const untilMs = Date.now() + withinMs;
      let waiting = pairs;
      let sent = new Map<string, string[]>();
      while (waiting.length > 0) {
        if (Date.now() > untilMs) throw new Error(`no entry would be taken in ${waiting.join()}`);
        sent = await sendProbes(bus, waiting, sent);
        await sleep(ANSWER_MS);
        waiting = waiting.filter((pair) => !isReady(dataDir, sent.get(pair) ?? []));
      }
    },
    [Symbol.asyncDispose]: () => bus.close(),
  };
}

/** One more for each pair; earlier ones may still be answered. */
async function sendProbes(
  bus: RedisBus,
  pairs: readonly string[],
  sent: ReadonlyMap<string, string[]>,
): Promise<Map<string, string[]>> {
  const entries = pairs.map(async (pair): Promise<[string, string[]]> => {
    const ids = sent.get(pair) ?? [];
    const probe = probeIntent(pair);
    // Redis may be the one that was killed; the next round tries again.
    const isSent = await bus.send(intents, probe).then(
      () => true,
      () => false,
    );
    return [pair, isSent ? [...ids, probe.id] : ids];
  });
  return new Map(await Promise.all(entries));
}

function probeIntent(pair: string): TradeIntent {
  const nowMs = Date.now();
  return TradeIntent.parse({
    id: randomBytes(8).toString('hex'),
    desk: 'nightdesk',
    variant: 'main',
    pair,
    timeframe: '1s',
    candleCloseMs: nowMs - (nowMs % 1_000),
    evaluationId: `probe_${pair.replace('/', '-')}_${nowMs}`,
    confidence: 0.9,
    receivedMs: nowMs,
    createdMs: nowMs,
    expiresAtMs: nowMs + EXPIRES_MS,
    action: 'enter',
    stopDistanceFraction: STOP_TOO_FAR,
    targetDistanceFraction: STOP_TOO_FAR,
  });
}

const Refusal = z.looseObject({ reasons: z.array(z.looseObject({ code: z.string() })) });

function isReady(dataDir: string, ids: readonly string[]): boolean {
  const database = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
  try {
    return ids.some((id) => {
      const row = database.prepare('select verdict from intents where id = ?').get(id);
      if (row === undefined) return false;
      const { reasons } = Refusal.parse(JSON.parse(String(row['verdict'])));
      const codes = reasons.map(({ code }) => code);
      return codes.includes('stop-distance') && !codes.some((code) => NOT_READY.has(code));
    });
  } finally {
    database.close();
  }
}
