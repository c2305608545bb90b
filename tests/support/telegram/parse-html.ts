/**
 * Telegram's HTML as its servers read it, written after their documentation ("Formatting options")
 * and what they answer, and not after our renderer: the two may not share a mistake.
 */
export interface Entity {
  readonly type: string;
  /** In UTF-16 units, as the Bot API counts. */
  readonly offset: number;
  readonly length: number;
}

export interface ParsedText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

const TYPES: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  'tg-spoiler': 'spoiler',
};
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** Throws an Error with the words of the real answer, without its prefix. */
export function parseHtml(html: string): ParsedText {
  const open: { name: string; offset: number }[] = [];
  const entities: Entity[] = [];
  let text = '';
  let at = 0;
  while (at < html.length) {
    const character = html.charAt(at);
    if (character === '&') {
      const { value, next } = characterReference(html, at);
      text += value;
      at = next;
    } else if (character !== '<') {
      text += character;
      at += 1;
    } else {
      const tag = readTag(html, at);
      if (!tag.isEnd) {
        open.push({ name: tag.name, offset: text.length });
      } else {
        const begun = open.pop();
        if (begun === undefined) fail(`Unexpected end tag at byte offset ${bytes(html, at)}`);
        if (tag.name !== '' && tag.name !== begun.name) {
          fail(
            `Unmatched end tag at byte offset ${bytes(html, at)}, expected "</${begun.name}>", found "</${tag.name}>"`,
          );
        }
        const length = text.length - begun.offset;
        const type = TYPES[begun.name] ?? begun.name;
        if (length > 0) entities.push({ type, offset: begun.offset, length });
      }
      at = tag.next;
    }
  }
  const left = open.at(-1);
  if (left !== undefined) fail(`Can't find end tag corresponding to start tag "${left.name}"`);
  return { text, entities };
}

function readTag(html: string, at: number) {
  const isEnd = html.charAt(at + 1) === '/';
  const from = isEnd ? at + 2 : at + 1;
  const end = html.indexOf('>', from);
  if (end < 0) fail(`Unclosed ${isEnd ? 'end' : 'start'} tag at byte offset ${bytes(html, at)}`);
  const [name = ''] = html.slice(from, end).split(/[\s>]/, 1);
  const lower = name.toLowerCase();
  if (!isEnd && !(lower in TYPES)) {
    fail(`Unsupported start tag "${lower}" at byte offset ${bytes(html, at)}`);
  }
  return { isEnd, name: lower, next: end + 1 };
}

/** An unknown name is taken as it stands. */
function characterReference(html: string, at: number): { value: string; next: number } {
  const found = /^&(?:#(\d+)|#x([\da-f]+)|(lt|gt|amp|quot));/i.exec(html.slice(at, at + 12));
  if (found === null) return { value: '&', next: at + 1 };
  const [whole, decimal, hex, name] = found;
  const next = at + whole.length;
  if (name !== undefined) return { value: NAMED[name.toLowerCase()] ?? whole, next };
  const code = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
  return { value: code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole, next };
}

function bytes(html: string, at: number): number {
  return Buffer.byteLength(html.slice(0, at));
}

function fail(message: string): never {
  throw new Error(message);
}
