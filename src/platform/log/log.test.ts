import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { createRedactor } from './redact.ts';

function capture(level: 'info' | 'debug' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    agent: 'data',
    instance: 'data',
    level: () => level,
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as never) },
    redactor: createRedactor(['planted-secret']),
  });
  return { log, lines };
}

describe('createLog', () => {
  it('writes one JSON line with agent, instance, component, fields and message', () => {
    const { log, lines } = capture();

    log.child('feed').warn({ pair: 'BTC/USDT', ageMs: 4 }, 'quote is stale');

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'warn',
      agent: 'data',
      instance: 'data',
      component: 'feed',
      pair: 'BTC/USDT',
      ageMs: 4,
      message: 'quote is stale',
    });
  });

  it('writes no key twice when a field has the name of one of its own', () => {
    const { log, lines } = capture();

    log.info({ instance: 'other', pair: 'BTC/USDT' }, 'seen');

    expect(lines[0]).toMatchObject({ instance: 'data', instance_: 'other', pair: 'BTC/USDT' });
  });

  it('leaves out lines below its level', () => {
    const { log, lines } = capture();

    log.debug('tick');

    expect(lines).toEqual([]);
  });

  it('redacts fields, errors and messages', () => {
    const { log, lines } = capture();
    const failure = new Error('refused planted-secret');

    log.error({ err: failure, deep: { er: { apiKey: 'abc123456' } } }, 'failed planted-secret');
    log.info('planted-secret alone');

    const text = JSON.stringify(lines);
    expect(text).not.toContain('planted-secret');
    expect(text).not.toContain('abc123456');
    expect(lines[0]?.['err']).toMatchObject({ type: 'Error' });
  });
});
