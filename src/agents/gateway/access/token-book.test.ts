import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newTokenText, tokenHash } from '#platform/access/token-text.ts';
import { tokenFilePath, writeTokens, type ApiToken } from '#platform/access/token-file.ts';
import { fakeClock, type FakeClock } from '#platform/clock/fake-clock.ts';
import { tokenBook, type TokenBook } from './token-book.ts';

const TEXT = newTokenText();
const TOKEN: ApiToken = {
  name: 'bot',
  role: 'trader',
  sha256: tokenHash(TEXT),
  createdMs: 0,
  createdBy: 'x',
  expiresMs: null,
};
// What the command line promises.
const WITHIN_MS = 2_000;

describe('the token book', () => {
  let folder: string;
  let path: string;
  let clock: FakeClock;
  let book: TokenBook;
  let changes: (number | 'unusable')[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-book-'));
    path = tokenFilePath(folder);
    clock = fakeClock(1_000);
    changes = [];
    book = tokenBook({
      path,
      clock,
      onChange: ({ tokens, error }) =>
        changes.push(error === undefined ? tokens.length : 'unusable'),
    });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets a token in that is made while it runs, and not once it is revoked', async () => {
    expect(book.verify(TEXT)).toEqual({ kind: 'refused', why: 'unknown' });

    writeTokens(path, [TOKEN]);

    expect(book.verify(TEXT), 'at once').toEqual({ kind: 'known', token: TOKEN });
    expect(book.isStillGood(TOKEN)).toBe(true);

    writeTokens(path, []);
    await clock.advance(WITHIN_MS);

    expect(book.verify(TEXT)).toEqual({ kind: 'refused', why: 'unknown' });
    expect(book.isStillGood(TOKEN)).toBe(false);
    expect(changes).toEqual([0, 1, 0]);
  });

  it('knows an ended token from an unknown one and from a mistyped one', async () => {
    writeTokens(path, [{ ...TOKEN, expiresMs: 1_500 }]);

    expect(book.verify(TEXT).kind).toBe('known');
    await clock.advance(500);
    expect(book.verify(TEXT)).toEqual({ kind: 'refused', why: 'expired' });
    expect(book.verify(newTokenText())).toEqual({ kind: 'refused', why: 'unknown' });
    expect(book.verify(`${TEXT}x`)).toEqual({ kind: 'refused', why: 'malformed' });
  });

  it('lets nobody in by a file that is damaged, until it is mended', async () => {
    writeTokens(path, [TOKEN]);
    expect(book.verify(TEXT).kind).toBe('known');

    writeFileSync(path, 'junk');
    await clock.advance(WITHIN_MS);
    expect(book.verify(TEXT).kind).toBe('refused');
    await clock.advance(WITHIN_MS);
    expect(book.verify(TEXT).kind).toBe('refused');

    writeTokens(path, [TOKEN]);
    await clock.advance(WITHIN_MS);
    expect(book.verify(TEXT).kind).toBe('known');
    expect(changes).toEqual([1, 'unusable', 1]);
  });
});
