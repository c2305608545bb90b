/** Bad input and bad surroundings, as a person meets them at the start of the desk. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BAD_CASES, checkCase } from '../support/bad-input/check-case.ts';

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

describe('a start that cannot succeed', () => {
  for (const bad of BAD_CASES) {
    it.skipIf(bad.needsRoot === true && !canMount)(
      `says what is wrong in one message and changes nothing: ${bad.name}`,
      async () => {
        const { outcome, problems } = await checkCase(bad);

        expect(problems, outcome.stderr + outcome.stdout).toEqual([]);
      },
    );
  }
});
