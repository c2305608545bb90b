import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DeskConfig } from './desk-config.ts';
import { dryEvaluation } from './dry-evaluation.ts';

const TEXT = readFileSync(resolve(import.meta.dirname, '../../config/default.yaml'), 'utf8');

function warnings(section: string, change: object): string {
  const defaults = parse(TEXT) as Record<string, object>;
  const changed = { ...defaults, [section]: { ...defaults[section], ...change } };
  return dryEvaluation(DeskConfig.parse(changed)).join('\n');
}

describe('dryEvaluation', () => {
  it('has nothing against the defaults', () => {
    expect(dryEvaluation(DeskConfig.parse(parse(TEXT)))).toEqual([]);
  });

  it.each([
    ['committee', { min_confidence: 1 }, 'min_confidence 1 is never reached'],
    [
      'committee',
      { analysts: [{ name: 'trend', weight: 1 }], min_confidence: 0.95 },
      '1 analysts that agree come to 0.9000 at the most',
    ],
    ['committee', { min_stance: 1 }, 'nothing would be decided'],
    ['committee', { conflict: { stance: 0, confidence: 0 } }, 'would hold everything'],
    ['committee', { candles: 600 }, 'more than the 500'],
    ['committee', { candles: 80 }, 'below the 100 that tell a storm'],
    ['committee', { target_reward: 30 }, 'target_reward 30 is never reached'],
    ['risk_limits', { data_age_max_ms: 150 }, 'every entry would be refused for old data'],
    ['risk_limits', { stop_distance_max: 0.01 }, 'those entries would be refused'],
    ['risk_limits', { pair_exposure_max: 0.01 }, 'cuts every one'],
    ['risk_limits', { open_positions_max: 100 }, 'out of reach'],
    ['trading_worker', { intent_expires_seconds: 0.5 }, 'would be too late'],
  ])('warns of %s %j', (section, change, text) => {
    expect(warnings(section, change)).toContain(text);
  });

  it('says nothing of an own analyst, who may be as sure as he likes', () => {
    const analysts = [{ file: 'mine.ts', weight: 1 }];

    expect(warnings('committee', { analysts, min_confidence: 1 })).toBe('');
  });
});
