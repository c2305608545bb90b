import { describe, expect, it } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { boundedOutput } from './stdout.ts';

function pipe() {
  let text = '';
  let room = Infinity;
  let isClosed = false;
  return {
    text: () => text,
    setRoom: (bytes: number) => void (room = bytes),
    close: () => void (isClosed = true),
    write: (bytes: Buffer): number => {
      if (isClosed) throw Object.assign(new Error('gone'), { code: 'EPIPE' });
      if (room === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
      const taken = Math.min(room, bytes.length);
      room -= taken;
      text += bytes.subarray(0, taken).toString();
      return taken;
    },
  };
}

describe('boundedOutput', () => {
  it('writes a line at once', () => {
    const reader = pipe();
    boundedOutput({ clock: fakeClock(), write: reader.write }).write('a\n');

    expect(reader.text()).toBe('a\n');
  });

  it('keeps what a full pipe does not take, in order, until there is room', async () => {
    const clock = fakeClock();
    const reader = pipe();
    const output = boundedOutput({ clock, write: reader.write });
    reader.setRoom(3);

    output.write('first\n');
    output.write('second\n');
    expect(reader.text()).toBe('fir');
    reader.setRoom(Infinity);
    await clock.advance(100);

    expect(reader.text()).toBe('first\nsecond\n');
  });

  it('drops lines beyond its bound instead of growing', async () => {
    const clock = fakeClock();
    const reader = pipe();
    const output = boundedOutput({ clock, write: reader.write });
    reader.setRoom(0);
    for (let i = 0; i < 5_000; i += 1) output.write(`${'x'.repeat(999)}\n`);
    reader.setRoom(Infinity);

    await clock.advance(100);

    expect(reader.text().length).toBeGreaterThan(1_000_000);
    expect(reader.text().length).toBeLessThanOrEqual(1_048_576);
  });

  it('flushes what it can and says when the reader does not take it', () => {
    const reader = pipe();
    const output = boundedOutput({ clock: fakeClock(), write: reader.write });
    reader.setRoom(0);
    output.write('late\n');

    expect(output.flush()).toBe(false);
    reader.setRoom(Infinity);
    expect(output.flush()).toBe(true);

    expect(reader.text()).toBe('late\n');
  });

  it('goes quiet when the reader is gone', () => {
    const reader = pipe();
    const output = boundedOutput({ clock: fakeClock(), write: reader.write });
    reader.close();

    output.write('nobody\n');

    expect(output.flush()).toBe(false);
  });
});
