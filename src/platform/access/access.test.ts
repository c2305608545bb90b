import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { exposureProblem, isLoopback } from './exposure.ts';
import { mayActAs, Role } from './role.ts';
import { isExpired, readTokens, tokenFilePath, writeTokens, type ApiToken } from './token-file.ts';
import { isTokenText, newTokenText, tokenHash } from './token-text.ts';

const TOKEN: ApiToken = {
  name: 'grafana',
  role: 'viewer',
  sha256: 'a'.repeat(64),
  createdMs: 1,
  createdBy: 'alice',
  expiresMs: null,
};

describe('the text of a token', () => {
  it('is random, recognisable, and of one shape', () => {
    const all = Array.from({ length: 200 }, newTokenText);

    expect(new Set(all).size).toBe(200);
    expect(all.filter((text) => !/^nightdesk_[0-9A-Za-z]{49}$/.test(text))).toEqual([]);
    expect(all.filter((text) => !isTokenText(text))).toEqual([]);
    expect(tokenHash(all[0] ?? '')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not taken for one with a single character changed, added or lost', () => {
    const text = newTokenText();
    const changed = text.split('').map((was, at) => {
      return `${text.slice(0, at)}${was === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
    });

    expect(changed.filter(isTokenText)).toEqual([]);
    for (const wrong of ['', `${text}a`, text.slice(0, -1), ` ${text}`, `${text}\n`]) {
      expect(isTokenText(wrong), JSON.stringify(wrong)).toBe(false);
    }
  });
});

describe('roles', () => {
  it('may what those below them may', () => {
    const may = Role.options.map((has) => Role.options.map((needed) => mayActAs(has, needed)));

    expect(may).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});

describe('the token file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-tokens-'));
  const path = tokenFilePath(folder);
  beforeEach(() => rmSync(path, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives back what was written, and lets only its owner read it', () => {
    expect(readTokens(path)).toEqual([]);

    writeTokens(path, [TOKEN]);

    expect(readTokens(path)).toEqual([TOKEN]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['no JSON', '{', 0o600, 'is damaged'],
    [
      'a wrong role',
      JSON.stringify({ version: 1, tokens: [{ ...TOKEN, role: 'root' }] }),
      0o600,
      'is damaged (tokens.0.role)',
    ],
    ['of a newer version', '{"version":2}', 0o600, 'newer nightdesk'],
    ['open to others', '{"version":1,"tokens":[]}', 0o644, 'chmod 600'],
  ])('says what is wrong: %s', (_, text, mode, words) => {
    writeFileSync(path, text);
    chmodSync(path, mode);

    expect(() => readTokens(path)).toThrow(words);
  });

  it('knows when a token has ended', () => {
    expect(isExpired({ expiresMs: null }, 5)).toBe(false);
    expect(isExpired({ expiresMs: 6 }, 5)).toBe(false);
    expect(isExpired({ expiresMs: 5 }, 5)).toBe(true);
  });
});

describe('listening', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['desk.localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['127.example.com', false],
    ['desk.example.com', false],
  ])('at %s is on loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it('beyond loopback takes a token', () => {
    expect(exposureProblem('0.0.0.0', [])).toContain('tokens add NAME');
    expect(exposureProblem('0.0.0.0', [{ ...TOKEN, expiresMs: 1 }])).toBeUndefined();
    expect(exposureProblem('127.0.0.1', [])).toBeUndefined();
  });
});
