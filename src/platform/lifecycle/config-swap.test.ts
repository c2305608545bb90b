import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeClock } from '../clock/fake-clock.ts';
import { ConfigError } from '../errors.ts';
import { createRedactor } from '../log/redact.ts';
import { ConfigSwap } from './config-swap.ts';

const NOTE = { by: 'alice', origin: '', reason: '', changes: [] };

function setUp() {
  const levels: string[] = [];
  const redactor = createRedactor();
  const swap = new ConfigSwap(z.looseObject({ limit: z.number() }), {
    agent: 'data',
    clock: fakeClock(),
    redactor,
    setLogLevel: (level) => void levels.push(level),
  });
  const applied: number[] = [];
  swap.onConfig(({ limit }) => void applied.push(limit));
  return { swap, applied, levels, redactor };
}

describe('ConfigSwap', () => {
  it('swaps nothing before the commit, then all of it', async () => {
    const { swap, applied, levels } = setUp();

    await swap.prepare(2, { limit: 5, logging: { level: 'debug' } }, NOTE);
    expect([applied, levels]).toEqual([[], []]);
    swap.commit(2);

    expect([applied, levels]).toEqual([[5], ['debug']]);
  });

  it('refuses what does not fit its part', async () => {
    const { swap } = setUp();

    await expect(swap.prepare(2, { limit: 'x' }, NOTE)).rejects.toThrow('limit');
    expect(() => swap.commit(2)).toThrow(ConfigError);
  });

  it.each(['abort', 'another version'])('forgets what was prepared: %s', async (why) => {
    const { swap, applied } = setUp();
    await swap.prepare(2, { limit: 5 }, NOTE);

    if (why === 'abort') swap.abort();

    expect(() => swap.commit(why === 'abort' ? 2 : 3)).toThrow('was not prepared');
    expect(applied).toEqual([]);
  });

  it('hands on refusals and warnings of the agent', async () => {
    const { swap } = setUp();
    swap.onPrepare(({ limit }) => {
      if (limit > 9) throw new ConfigError('too many');
      return [`limit is ${limit}`];
    });

    expect(await swap.prepare(2, { limit: 5 }, NOTE)).toEqual({ warnings: ['limit is 5'] });
    await expect(swap.prepare(3, { limit: 10 }, NOTE)).rejects.toThrow('too many');
  });

  it('keeps new secrets out of the log from the prepare on', async () => {
    const { swap, redactor } = setUp();

    await swap.prepare(2, { limit: 5, telegram: { token: 'planted-token' } }, NOTE);

    expect(redactor.text('x planted-token')).not.toContain('planted-token');
  });
});
