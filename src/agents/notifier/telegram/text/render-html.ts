/**
 * Lines as Telegram's HTML, in pieces that fit into its messages. Whatever a line holds, the text a
 * person reads is that line: every character that HTML gives a meaning is escaped, and what no
 * message may hold (control characters, half a surrogate pair) becomes a visible mark.
 */
import type { Line, Look } from './line.ts';

/** Telegram counts UTF-16 units after the markup is taken out. */
export const MESSAGE_MAX = 4_096;
export const CAPTION_MAX = 1_024;

const TAGS: Readonly<Record<Look, string>> = { plain: '', bold: 'b', italic: 'i', fixed: 'pre' };
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Cut at line ends; a line that is too long for a message is cut where it must. */
export function piecesOf(lines: readonly Line[], limit = MESSAGE_MAX): readonly Line[][] {
  const pieces: Line[][] = [[]];
  let length = 0;
  for (const line of lines.flatMap((one) => shortLines(one, limit))) {
    const current = pieces.at(-1) ?? [];
    const needed = line.text.length + (current.length === 0 ? 0 : 1);
    if (current.length === 0 || length + needed <= limit) {
      current.push(line);
      length += needed;
    } else {
      pieces.push([line]);
      length = line.text.length;
    }
  }
  return pieces.filter((piece) => piece.some(({ text }) => text.trim() !== ''));
}

export function renderHtml(lines: readonly Line[]): string {
  const blocks: { readonly look: Look; readonly texts: string[] }[] = [];
  for (const { look, text } of lines) {
    const last = blocks.at(-1);
    if (last !== undefined && last.look === look) last.texts.push(text);
    else blocks.push({ look, texts: [text] });
  }
  return blocks.map(({ look, texts }) => tagged(look, texts.map(escaped).join('\n'))).join('\n');
}

function tagged(look: Look, html: string): string {
  const tag = TAGS[look];
  return tag === '' ? html : `<${tag}>${html}</${tag}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}

function shortLines(line: Line, limit: number): Line[] {
  return line.text.split('\n').flatMap((row) => {
    const parts = cut(clean(row), limit);
    return parts.map((text) => ({ look: line.look, text }));
  });
}

/** What no message may hold, made visible. */
function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex -- finding them is its purpose.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd');
}

function cut(text: string, limit: number): string[] {
  if (text.length <= limit) return [text];
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const code = rest.charCodeAt(limit - 1);
    // Not between the halves of a surrogate pair.
    const end = code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}
