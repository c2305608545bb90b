import { describe, expect, it } from 'vitest';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { EXIT_REASONS, exitReason } from './exit-reason.ts';

describe('exitReason', () => {
  it.each([
    [null, false, 'killed'],
    [null, true, 'judged'],
    [EXIT.asked, true, 'judged'],
    [EXIT.asked, false, 'asked'],
    [EXIT.storage, false, 'storage'],
    [134, false, 'failed'],
  ])('of exit code %s, judged %s, is %s', (exitCode, wasJudged, reason) => {
    expect(exitReason({ exitCode, wasJudged })).toBe(reason);
  });

  it('has a name of its own for every exit code', () => {
    const names = Object.values(EXIT).map((exitCode) => exitReason({ exitCode, wasJudged: false }));

    expect(new Set(names).size).toBe(names.length);
    expect(EXIT_REASONS).toEqual(expect.arrayContaining(names));
  });
});
