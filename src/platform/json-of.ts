/** What a text from outside holds; undefined when it is no JSON, without the words around the mistake. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
