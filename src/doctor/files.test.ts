import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeFiles, lookAtFiles } from './files.ts';

describe('files', () => {
  it.each([
    ['nothing', 0o600, 'pass'],
    ['nothing', 0o700, 'pass'],
    ['nothing', 0o640, 'fail'],
    ['nothing', 0o604, 'fail'],
    ['read', 0o644, 'pass'],
    ['read', 0o664, 'fail'],
    ['read', 0o646, 'fail'],
  ] as const)('that others may do %s with are judged at mode %o', (may, mode, verdict) => {
    expect(judgeFiles([{ path: '/x', mode, may }])[0]?.verdict).toBe(verdict);
  });

  it('are looked at where they are', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nd-doctor-files-'));
    mkdirSync(join(folder, 'run'), { mode: 0o700 });
    const secret = join(folder, 'mine.yaml');
    writeFileSync(secret, 'x', { mode: 0o600 });

    expect(judgeFiles(lookAtFiles(folder, [secret]))).toMatchObject([{ verdict: 'pass' }]);
    chmodSync(secret, 0o644);
    chmodSync(join(folder, 'run'), 0o755);
    expect(judgeFiles(lookAtFiles(folder, [secret])).map(({ fix }) => fix)).toEqual([
      `run "chmod go= ${join(folder, 'run')}"`,
      `run "chmod go= ${secret}"`,
    ]);
    rmSync(folder, { recursive: true });
  });
});
