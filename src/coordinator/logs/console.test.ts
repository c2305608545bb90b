import { describe, expect, it } from 'vitest';
import { formatConsole } from './console.ts';

const VIEW = { minLevel: 'info', infoAgents: ['execution'], hasColour: false } as const;

function line(fields: Record<string, unknown>): string {
  return JSON.stringify({
    level: 'info',
    time: '2026-11-21T04:05:06.789Z',
    agent: 'execution',
    instance: 'execution',
    message: 'order filled',
    ...fields,
  });
}

describe('formatConsole', () => {
  it('shows time, who, what and the fields in one short line', () => {
    const fields = { component: 'lane', pair: 'BTC/USDT', price: 1.5, why: 'two words' };

    expect(formatConsole(line(fields), 'execution', VIEW)).toBe(
      '04:05:06 execution        order filled pair=BTC/USDT price=1.5 why="two words"',
    );
  });

  it.each([
    ['info of an agent that is not listed', { agent: 'data', instance: 'data' }, false],
    ['a warning of any agent', { agent: 'data', instance: 'data', level: 'warn' }, true],
    ['debug', { level: 'debug' }, false],
    ['what the coordinator says again', { component: 'lifecycle', message: 'ready' }, false],
    ['a warning of such a part', { component: 'bus', level: 'warn' }, true],
  ])('decides about %s', (_title, fields, isShown) => {
    expect(formatConsole(line(fields), 'x', VIEW) !== undefined).toBe(isShown);
  });

  it('shows everything of every agent when debug is asked for', () => {
    const view = { ...VIEW, minLevel: 'debug' } as const;

    expect(formatConsole(line({ agent: 'data', level: 'debug' }), 'data', view)).toBeDefined();
  });

  it('leaves ids to the files and to debug', () => {
    const text = line({ intentId: 'a1', clientOrderId: 'b2', pair: 'BTC/USDT' });

    expect(formatConsole(text, 'execution', VIEW)).toMatch(/order filled pair=BTC\/USDT$/);
    expect(formatConsole(text, 'execution', { ...VIEW, minLevel: 'debug' })).toContain('b2');
  });

  it('shows an error by its message, not its stack', () => {
    const err = { type: 'Error', message: 'disk is full', stack: 'Error: disk is full\n at x' };

    const text = formatConsole(line({ level: 'error', err }), 'execution', VIEW);

    expect(text).toContain('ERROR order filled err="disk is full"');
    expect(text).not.toContain(' at x');
  });

  it('shows a crash as it came', () => {
    expect(formatConsole('TypeError: x is not a function', 'data', VIEW)).toBe(
      '         data             TypeError: x is not a function',
    );
    expect(formatConsole('{"not": "a log line"}', 'data', VIEW)).toContain('{"not": "a log line"}');
  });

  it('says an error to its end, since a person has to act on it', () => {
    const reason = `BNB: expected 5, found 3.75. ${'Look for it. '.repeat(30)}`;
    const fields = { reason, message: 'entries are halted' };

    expect(formatConsole(line({ ...fields, level: 'error' }), 'execution', VIEW)).toContain(reason);
    expect(formatConsole(line(fields), 'execution', VIEW)?.length).toBeLessThan(300);
  });

  it('lets no line move the cursor of the terminal, and bounds its length', () => {
    const nasty = formatConsole(`\u001B[2J\rgone\u0007${'x'.repeat(9_999)}`, 'data', VIEW) ?? '';

    expect(nasty).not.toMatch(/\p{Cc}/u);
    expect(nasty.length).toBeLessThan(500);
  });
});
