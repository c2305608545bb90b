import { describe, expect, it } from 'vitest';
import { judgeBackup } from './backup.ts';

const HOUR = 3_600_000;
const FACTS = { hasLedger: true, newestMs: 90 * HOUR, problems: 0, everyHours: 24 };

describe('judgeBackup', () => {
  it.each([
    ['pass', 'a young one', {}],
    ['pass', 'nothing to lose', { hasLedger: false, newestMs: undefined }],
    ['warn', 'none', { newestMs: undefined }],
    ['warn', 'one that is two intervals old', { newestMs: 51 * HOUR }],
    ['warn', 'one of a book that does not add up', { problems: 2 }],
    ['warn', 'an old one where none are made by time', { newestMs: 0, everyHours: null }],
  ])('says %s for %s', (verdict, _what, changed) => {
    expect(judgeBackup({ ...FACTS, ...changed }, 100 * HOUR).verdict).toBe(verdict);
  });
});
