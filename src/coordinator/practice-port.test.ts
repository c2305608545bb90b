import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#platform/log/log.ts';
import { practicePort } from './practice-port.ts';

describe('practicePort', () => {
  let runDir: string;
  beforeEach(() => void (runDir = mkdtempSync(join(tmpdir(), 'nightdesk-'))));
  afterEach(() => rmSync(runDir, { recursive: true }));

  const open = () => practicePort(runDir, silentLog());

  it('knows none at the first start, and the same one at the next', () => {
    const first = open();
    expect(first.current()).toBeUndefined();

    first.isReady({ port: 4_321 });

    expect(first.current()).toBe(4_321);
    expect(open().current()).toBe(4_321);
  });

  it('keeps the port when a practice exchange that has served dies', () => {
    const port = open();
    port.isReady({ port: 4_321 });

    port.ended();

    expect(port.current()).toBe(4_321);
  });

  it('forgets a kept port that did not serve, since a stranger may have it', () => {
    open().isReady({ port: 4_321 });
    const next = open();

    next.ended();

    expect(next.current()).toBeUndefined();
    expect(existsSync(join(runDir, 'practice.port'))).toBe(false);
  });

  it('takes no nonsense for a port, from the file or from the facts', () => {
    writeFileSync(join(runDir, 'practice.port'), 'eighty');
    const port = open();
    port.isReady({ port: 'high' });

    expect(port.current()).toBeUndefined();
  });
});
