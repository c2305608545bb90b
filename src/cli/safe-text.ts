/**
 * Text of strangers for a terminal: on one line, and nothing in it moves the cursor, changes colours,
 * opens links or turns the direction of what stands beside it.
 */
export function safeText(text: string, max: number): string {
  // Controls, formats (direction marks, zero widths, tags), surrogates alone, private use, unassigned.
  const plain = text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(new Intl.Segmenter().segment(plain), ({ segment }) => segment);
  return characters.length <= max ? plain : `${characters.slice(0, max - 1).join('')}…`;
}
