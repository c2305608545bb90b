import { describe, expect, it } from 'vitest';
import { parseStartFlags } from './start-flags.ts';

function leavesOf(args: string[]): Record<string, unknown> {
  const { layer } = parseStartFlags(args, '/home/me');
  return Object.fromEntries(layer.leaves.map(({ path, value }) => [path.join('.'), value]));
}

describe('parseStartFlags', () => {
  it('turns flags into config keys', () => {
    expect(leavesOf(['--timeframe', '1s', '--seed', '7', '--pairs', 'BTC/USDT,ETH/USDT'])).toEqual({
      timeframe: '1s',
      'practice.seed': 7,
      pairs: ['BTC/USDT', 'ETH/USDT'],
    });
  });

  it('takes every file after --replay, from the folder the person is in', () => {
    const leaves = leavesOf(['--replay', 'a.csv', '/data/b.csv', '--seed', '1']);

    expect(leaves['practice.replay.files']).toEqual(['/home/me/a.csv', '/data/b.csv']);
    expect(leaves['timeframe']).toBe('1s');
  });

  it('keeps the timeframe that was given with a replay', () => {
    expect(leavesOf(['--replay', 'a.csv', '--timeframe', '5m'])['timeframe']).toBe('5m');
  });

  it.each([
    [['--tmeframe', '1s'], 'did you mean --timeframe?'],
    [['--seed', 'seven'], '--seed expects a number, found "seven"'],
    [['--seed'], '--seed expects a value'],
    [['--shadow', '--production'], 'exclude each other'],
    [['extra'], 'unexpected word "extra"'],
  ])('refuses %j', (args, message) => {
    expect(() => parseStartFlags(args, '/')).toThrow(message);
  });
});
