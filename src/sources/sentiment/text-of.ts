/** Characters of a text that are looked at. */
const TEXT_MAX = 1_000;

/** A title and what stands below it, as sentences. */
export function textOf(title: string, body = ''): string {
  const [head, rest] = [title.trim(), body.trim()];
  if (head === '' || rest === '') return `${head}${rest}`.slice(0, TEXT_MAX);
  return `${head}${/[.!?:…]$/.test(head) ? '' : '.'} ${rest}`.slice(0, TEXT_MAX);
}
