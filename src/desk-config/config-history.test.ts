import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configHistory } from './config-history.ts';

const ENTRY = {
  atMs: 1,
  by: 'alice',
  origin: 'here',
  reason: 'why',
  cause: 'set',
  changes: [],
  config: { a: 1 },
} as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-history-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function entry() {
  return { ...ENTRY, changes: [...ENTRY.changes], config: { ...ENTRY.config } };
}

describe('configHistory', () => {
  it('numbers versions over its lives, for its owner alone', () => {
    configHistory(folder).append(entry());
    configHistory(folder).append(entry());

    expect(
      configHistory(folder)
        .all()
        .map(({ version }) => version),
    ).toEqual([1, 2]);
    expect(statSync(join(folder, 'config-history.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('reads past a line torn by a power cut', () => {
    configHistory(folder).append(entry());
    appendFileSync(join(folder, 'config-history.jsonl'), '{"version":2,"at');

    expect(configHistory(folder).append(entry()).version).toBe(2);
    expect(configHistory(folder).all()).toHaveLength(2);
  });

  it('keeps a bounded number and numbers on', () => {
    const history = configHistory(folder, 4);
    for (let count = 0; count < 11; count += 1) history.append(entry());

    const versions = history.all().map(({ version }) => version);
    expect(versions.length).toBeLessThanOrEqual(4);
    expect(versions.at(-1)).toBe(11);
  });
});
