import type { Readable, Writable } from 'node:stream';
import { UsageError } from '../usage-error.ts';

/** Questions to a person at a terminal, or lines of a pipe when there is none. */
export interface Prompt extends Disposable {
  readonly isTerminal: boolean;
  /** What is typed is not shown. From a pipe: the next line, empty when there is none. */
  secret(question: string): Promise<string>;
}

/** The part of `process.stdin` that is used. */
export interface Terminal extends Readable {
  readonly isTTY?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACES = '\u0008\u007F';
/** A key or a PEM is far shorter; a file by mistake is not read to its end. */
const CHARACTERS_MAX = 16_384;

export function openPrompt(input: Terminal, output: Writable): Prompt {
  const isTerminal = input.isTTY === true && input.setRawMode !== undefined;
  const characters = charactersOf(input);
  const ask = async (question: string): Promise<string> => {
    if (!isTerminal) return await pipedLine(characters);
    output.write(question);
    input.setRawMode?.(true);
    try {
      return await typedLine(characters);
    } finally {
      input.setRawMode?.(false);
      output.write('\n');
    }
  };
  return {
    isTerminal,
    secret: ask,
    [Symbol.dispose]: () => void input.pause(),
  };
}

/** One character at a time: what was pasted beyond a line answers the next question. */
async function* charactersOf(input: Terminal): AsyncGenerator<string, void> {
  input.setEncoding('utf8');
  for await (const chunk of input.iterator({ destroyOnReturn: false })) yield* String(chunk);
}

async function typedLine(characters: AsyncGenerator<string, void>): Promise<string> {
  let line: string[] = [];
  for (;;) {
    const { value, done } = await characters.next();
    if (done === true || value === CTRL_C || value === CTRL_D) throw new UsageError('given up');
    if (value === '\r' || value === '\n') return line.join('');
    if (value === CTRL_U) line = [];
    else if (BACKSPACES.includes(value)) line.pop();
    else if (value >= ' ' && line.length < CHARACTERS_MAX) line.push(value);
  }
}

async function pipedLine(characters: AsyncGenerator<string, void>): Promise<string> {
  let line = '';
  for (;;) {
    const { value, done } = await characters.next();
    if (done === true || value === '\n') return line.replace(/\r$/, '');
    if (line.length < CHARACTERS_MAX) line += value;
  }
}
