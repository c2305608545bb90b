import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#platform/log/log.ts';
import { moodFiles } from './keep-moods.ts';

const DAY_MS = 86_400_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-moods-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => moodFiles(folder, () => 3, silentLog());
const mood = (score: number, atMs: number) => ({
  coin: 'BTC',
  score,
  confidence: 1,
  mentions: 3,
  atMs,
  sources: [],
  themes: [],
});
const rows = (name: string) =>
  readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean).length;

describe('the files of the sentiment agent', () => {
  it('keep one row of a coin and hour, over a restart', async () => {
    const nowMs = Date.now();
    const first = files();
    await first.note([], nowMs);
    await first.note([mood(0.1, nowMs)], nowMs);
    await first.note([mood(0.2, nowMs)], nowMs);
    await files().note([mood(0.3, nowMs)], nowMs);

    const [name = ''] = readdirSync(folder);
    expect(rows(name)).toBe(1);
    expect(readFileSync(join(folder, name), 'utf8')).toContain('"score":0.1');
  });

  it('keep the hours of a day together', async () => {
    const noonMs = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2;
    await files().note([mood(0.1, noonMs)], noonMs);
    const [name = ''] = readdirSync(folder);
    const before = new Date(noonMs - DAY_MS / 24);
    utimesSync(join(folder, name), before, before);

    await files().note([mood(0.2, noonMs)], noonMs);

    expect(rows(name)).toBe(2);
  });

  it('replace the file of as many days ago as are kept, after a restart too', async () => {
    const nowMs = Date.now();
    await files().note([mood(0.1, nowMs)], nowMs);
    const [name = ''] = readdirSync(folder);
    const old = new Date(nowMs - 3 * DAY_MS);
    utimesSync(join(folder, name), old, old);

    await files().note([mood(0.2, nowMs)], nowMs);

    expect(rows(name)).toBe(1);
    expect(readFileSync(join(folder, name), 'utf8')).toContain('"score":0.2');
  });

  it('give back the records of sources, and begin anew with a damaged file', () => {
    const word = { source: 'news', coin: 'BTC', side: 1 as const, price: 1, dueMs: 5 };
    const records = { reputation: { news: { right: 3, wrong: 1 } }, waiting: [word] };
    expect(files().records.read()).toBeUndefined();

    files().records.write(records);
    expect(files().records.read()).toEqual(records);

    writeFileSync(join(folder, 'sources.json'), '{"reputation":');
    expect(files().records.read()).toBeUndefined();
  });
});
