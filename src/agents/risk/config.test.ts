import { describe, expect, it } from 'vitest';
import { RiskAgentConfig } from './config.ts';

describe('sectors of the optimiser', () => {
  const parsed = (sectors: object) => RiskAgentConfig.safeParse({ optimiser: { sectors } });

  it('may share no coin: no portfolio keeps such limits', () => {
    const defi = { bases: ['UNI', 'AAVE'], max: 0.2 };
    const wild = { bases: ['DOGE', 'UNI'], max: 0.1 };

    const found = parsed({ defi, wild });

    expect(found.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['optimiser.sectors', 'UNI is in two sectors'],
    ]);
    expect(parsed({ defi, wild: { ...wild, bases: ['DOGE', 'DOGE'] } }).success).toBe(true);
  });
});
