/** Text as commands and alerts write it: lines with a look, without any markup of a channel. */
export type Look = 'plain' | 'bold' | 'italic' | 'fixed';

export interface Line {
  readonly look: Look;
  readonly text: string;
}

export function plain(text: string): Line {
  return { look: 'plain', text };
}

export function bold(text: string): Line {
  return { look: 'bold', text };
}

export function italic(text: string): Line {
  return { look: 'italic', text };
}

/** Neighbouring ones stand in one block, in a font where columns align. */
export function fixed(rows: readonly string[]): readonly Line[] {
  return rows.map((text) => ({ look: 'fixed', text }));
}
