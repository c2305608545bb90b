import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Decision } from '#core/model/decision.ts';
import { openHistory } from './history.ts';
import { openHistoryReader } from './read-history.ts';

function decision(evaluationId: string, closeMs: number): Decision {
  return Decision.parse({
    evaluationId,
    variant: 'main',
    pair: 'BTC/USDT',
    timeframe: '1m',
    closeMs,
    action: 'hold',
    stance: 0,
    confidence: 0,
    noEntry: [],
    rationale: '',
    reports: [],
    lastPrice: 1,
    decidedMs: closeMs,
    evaluationMs: 1,
    worker: 'w',
  });
}

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'history.db');
}

describe('a history read beside its writer', () => {
  test('is nothing while no gateway has made it', () => {
    expect(openHistoryReader(place())).toBeUndefined();
  });

  test('has what was recorded before and after it was opened', async () => {
    const path = place();
    const history = openHistory(path);
    await history.record([decision('a', 60_000)]);
    const reader = openHistoryReader(path);
    await history.record([decision('b', 120_000)]);

    const seen = await reader?.decisions({ limit: 10 });

    expect(seen?.map((one) => one.decision.evaluationId)).toEqual(['b', 'a']);
    reader?.close();
    history.close();
  });

  test('finds one evaluation', async () => {
    const path = place();
    const history = openHistory(path);
    await history.record([decision('a', 60_000), decision('b', 120_000)]);
    const reader = openHistoryReader(path);

    const seen = await reader?.decisions({ evaluationId: 'a', limit: 10 });

    expect(seen?.map((one) => one.decision.closeMs)).toEqual([60_000]);
    reader?.close();
    history.close();
  });
});
