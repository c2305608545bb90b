import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_LENGTH_MAX, lineSplitter } from './line-splitter.ts';

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('lineSplitter', () => {
  it('finds the same lines however the bytes are cut into chunks', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\n', '')));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = Buffer.from(lines.join('\n'));
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        expect(split(chunks)).toEqual(lines.filter((line) => line !== ''));
      }),
    );
  });

  it('cuts a huge line and goes on with the next', () => {
    const chunks = Array.from({ length: 100 }, () => Buffer.alloc(65_536, 'x'));

    const [huge = '', next] = split([...chunks, Buffer.from('\nnext\n')]);

    expect(huge.length).toBeLessThan(LINE_LENGTH_MAX + 10);
    expect(huge.endsWith('[cut]')).toBe(true);
    expect(next).toBe('next');
  });
});
