import { userInfo } from 'node:os';

/** Who runs a command; the number of a user without a name, as containers have them. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
