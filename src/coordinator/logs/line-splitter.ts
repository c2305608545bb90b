import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut: one agent's mistake must not fill the supervisor's memory. */
export const LINE_LENGTH_MAX = 32_768;

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Gives out what is left without a newline. */
  end(): void;
}

/** Cuts a stream of bytes into lines; empty lines are left out. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isCutting = false;

  function take(part: string): void {
    if (isCutting) return;
    rest += part;
    if (rest.length <= LINE_LENGTH_MAX) return;
    rest = `${rest.slice(0, LINE_LENGTH_MAX)} [cut]`;
    isCutting = true;
  }

  function endLine(): void {
    if (rest !== '') onLine(rest);
    rest = '';
    isCutting = false;
  }

  function push(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      take(text.slice(from, at));
      endLine();
      from = at + 1;
    }
    take(text.slice(from));
  }

  return {
    push: (chunk) => push(decoder.write(chunk)),
    end: () => {
      push(decoder.end());
      endLine();
    },
  };
}
