import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openPrompt } from './prompt.ts';
import type { Terminal } from './prompt.ts';

function terminal() {
  const input = new PassThrough();
  const chunks: string[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  const modes: boolean[] = [];
  const stdin = Object.assign(input, {
    isTTY: true,
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
  }) satisfies Terminal;
  return { input, modes, prompt: openPrompt(stdin, output), shown: () => chunks.join('') };
}

describe('a prompt at a terminal', () => {
  it('reads a line without showing it and leaves the terminal as it was', async () => {
    const { input, modes, prompt, shown } = terminal();

    input.write('pl\u007Flanted\r');

    expect(await prompt.secret('key: ')).toBe('planted');
    expect(shown()).toBe('key: \n');
    expect(modes).toEqual([true, false]);
  });

  it('gives what was pasted beyond a line to the next question', async () => {
    const { input, prompt } = terminal();

    input.write('first\rsecond\r');

    expect(await prompt.secret('a: ')).toBe('first');
    expect(await prompt.secret('b: ')).toBe('second');
  });

  it('ends on Ctrl-C with the terminal as it was', async () => {
    const { input, modes, prompt } = terminal();

    input.write('half\u0003');

    await expect(prompt.secret('key: ')).rejects.toThrow('given up');
    expect(modes).toEqual([true, false]);
  });
});

describe('a prompt at a pipe', () => {
  it('reads one line for each question and asks nothing', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const prompt = openPrompt(input, output);
    input.end('first\r\nsecond');

    expect(await prompt.secret('a: ')).toBe('first');
    expect(await prompt.secret('b: ')).toBe('second');
    expect(await prompt.secret('c: ')).toBe('');
    expect(output.read()).toBeNull();
  });
});
