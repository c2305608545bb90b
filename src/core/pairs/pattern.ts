/**
 * Patterns of pairs: `*` is any run of characters, `?` one of them, the rest itself. Matching needs
 * time in proportion to text times pattern at the worst, whatever the pattern: a list of the user's
 * cannot make the desk hang as a regular expression could.
 */
export function isPattern(text: string): boolean {
  return /^[A-Z0-9*?/]{1,60}$/.test(text);
}

export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let place = 0;
  // Where the last star stands, and how far its run reached: the only point to go back to.
  let star = -1;
  let reached = 0;
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = place;
      reached = at;
      place += 1;
    } else if (pattern[place] === '?' || pattern[place] === text[at]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      reached += 1;
      at = reached;
      place = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[place] === '*') place += 1;
  return place === pattern.length;
}
