import { describe, expect, it } from 'vitest';
import { logDirectory } from './directory.ts';

const rootDir = '/desk';

describe('the folder of the log files', () => {
  it.each([
    ['the project for its own data folder', '/desk/data', null, '/desk/logs'],
    ['the data folder for any other', '/desk/data-7', null, '/desk/data-7/logs'],
    ['the data folder wherever it is', '/srv/data', null, '/srv/data/logs'],
    ['the project when it is given and relative', '/desk/data-7', 'out', '/desk/out'],
    ['where it is given', '/desk/data', '/var/log/desk', '/var/log/desk'],
  ])('is found from %s', (_, dataDir, directory, expected) => {
    expect(logDirectory({ rootDir, dataDir, directory })).toBe(expected);
  });
});
