import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wireName } from './contract.ts';
import { messageDocument } from './message-document.ts';
import { QUEUES } from './queues.ts';
import { STATES } from './states.ts';
import { TOPICS } from './topics.ts';
import { evaluationKey } from '#core/model/evaluation.ts';
import { Pair } from '#core/model/pair.ts';

describe('message declarations', () => {
  const all = [...QUEUES, ...TOPICS, ...STATES];

  test('every name and version is declared once', () => {
    const names = all.map(wireName);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*\.v\d+$/);
  });

  test.each(all.map((contract) => [wireName(contract), contract] as const))(
    '%s has a sender and a receiver',
    (_name, contract) => {
      const senders = [contract.from].flat();
      const receivers = [contract.to].flat();

      expect(senders.length).toBeGreaterThan(0);
      // A queue or topic has one owner; a state is written by field, each field by one process.
      if (contract.kind !== 'state') expect(senders).toHaveLength(1);
      expect(receivers.length).toBeGreaterThan(0);
      expect(new Set(receivers).size).toBe(receivers.length);
    },
  );

  test.each(QUEUES.map((queue) => [wireName(queue), queue] as const))(
    '%s has bounds that can hold',
    (_name, queue) => {
      expect(queue.attempts).toBeGreaterThan(0);
      expect(queue.expiresAfterMs).toBeGreaterThan(0);
      expect(queue.maxWaiting).toBeGreaterThan(0);
    },
  );

  test('keys are ids that BullMQ takes', () => {
    const key = evaluationKey({ pair: Pair.parse('BTC/USDT'), timeframe: '1m', closeMs: 60_000 });

    expect(key).not.toContain(':');
    expect(key).not.toMatch(/^\d+$/);
  });

  test('docs/messages.md is what the declarations say', () => {
    const written = readFileSync('docs/messages.md', 'utf8');

    expect(written, 'run: node scripts/generate-messages.ts').toBe(messageDocument());
  });
});
