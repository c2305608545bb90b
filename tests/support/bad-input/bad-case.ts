import type { Outcome, Place } from './place.ts';

/** One thing that is wrong at start, and what the desk has to say to it. */
export interface BadCase {
  readonly name: string;
  readonly code: number;
  /** All of them, in what is printed to stderr. */
  readonly says: readonly RegExp[];
  /** The file that is what is wrong: its bytes may not change. */
  readonly broken?: (place: Place) => string;
  /** Needs the right to mount. */
  readonly needsRoot?: boolean;
  readonly prepare?: (place: Place) => void;
  readonly start?: (place: Place) => Promise<Outcome>;
}
