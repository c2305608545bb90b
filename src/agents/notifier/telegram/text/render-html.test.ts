import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../../../../tests/support/telegram/parse-html.ts';
import { bold, fixed, italic, type Line, plain } from './line.ts';
import { MESSAGE_MAX, piecesOf, renderHtml } from './render-html.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', ';', '#', '/', 'b', 'a', 'lt', '_', '*', '`'),
  }),
  fc.constantFrom('</pre>', '<b>', '&lt;', '&#60;', '&amp;amp;', '<a href="x">', '![', 'tg://x'),
  fc.string({ unit: 'binary' }),
);
const look = fc.constantFrom('plain', 'bold', 'italic', 'fixed');
const lines = fc.array(fc.record({ look, text }), { minLength: 1, maxLength: 30 });

// oxlint-disable-next-line no-control-regex -- what no message may hold.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const marked = (row: string) => row.toWellFormed().replace(CONTROL, '\ufffd');

const read = (some: readonly Line[]) => parseHtml(renderHtml(some));

describe('lines as HTML', () => {
  it('are read as they were written, whatever they hold', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const pieces = piecesOf(some as readonly Line[]);
        const shown = pieces.map((piece) => read(piece).text);
        const wanted = some.flatMap((line) => marked(line.text).split('\n'));
        if (pieces.length === 0) expect(wanted.join('').trim()).toBe('');
        else expect(shown.join('\n')).toBe(wanted.join('\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('keep their looks', () => {
    const { text: shown, entities } = read([
      bold('a < b'),
      plain('x & y'),
      ...fixed(['1  2', '3  4']),
      italic('&lt;'),
    ]);

    expect(shown).toBe('a < b\nx & y\n1  2\n3  4\n&lt;');
    expect(entities).toEqual([
      { type: 'bold', offset: 0, length: 5 },
      { type: 'pre', offset: 12, length: 9 },
      { type: 'italic', offset: 22, length: 4 },
    ]);
  });

  it('are cut at line ends when they are too many for a message', () => {
    const many = Array.from({ length: 300 }, (_, n) => plain(`line ${n} ${'x'.repeat(30)}`));

    const pieces = piecesOf(many).map((piece) => read(piece).text);

    expect(pieces.length).toBe(3);
    expect(pieces.every((piece) => piece.length <= MESSAGE_MAX)).toBe(true);
    expect(pieces.join('\n')).toBe(many.map((line) => line.text).join('\n'));
  });

  it('are never longer than a message, and lose nothing, however long a line is', () => {
    const long = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 200 });
    fc.assert(
      fc.property(
        fc.array(long, { maxLength: 20 }),
        fc.integer({ min: 2, max: 50 }),
        (some, limit) => {
          const wanted = some.map((row) => plain(row.replaceAll(/\s/g, '_')));

          const pieces = piecesOf(wanted, limit).map((piece) => read(piece).text);

          expect(pieces.every((piece) => piece.length <= limit)).toBe(true);
          const without = (parts: readonly string[]) => parts.join('').replaceAll('\n', '');
          expect(without(pieces)).toBe(without(wanted.map((line) => marked(line.text))));
        },
      ),
    );
  });
});
