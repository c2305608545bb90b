import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { fakeWorld } from '../../../tests/support/fake-world.ts';
import { Fault } from '../faults/fault.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import { SocketSession } from './socket-session.ts';
import { StreamHub } from './stream-hub.ts';
import { makeVenue } from './venue.ts';

/** The far end of a line, as far as a session sees it. */
class Line extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly pings: string[] = [];
  end: string | undefined;

  send(data: Buffer | string): void {
    this.sent.push(data.toString());
  }

  ping(text: string): void {
    this.pings.push(text);
  }

  close(code: number): void {
    this.end ??= `close ${code}`;
  }

  terminate(): void {
    this.end ??= 'terminate';
  }
}

function make(streams: string[] = ['btcusdt@trade']) {
  const clock = fakeClock();
  const faults = new FaultBoard(clock, seededRandom(7));
  const venue = makeVenue(fakeWorld(clock), faults);
  const hub = new StreamHub(clock, faults);
  const line = new Line();
  const cuts: string[] = [];
  const session = new SocketSession(
    {
      venue,
      hub,
      clock,
      socket: line as unknown as WebSocket,
      isCombined: false,
      onCut: (reason) => cuts.push(reason),
    },
    streams,
  );
  const minutes = async (count: number, answersPings = true): Promise<void> => {
    for (let second = 0; second < count * 60; second += 1) {
      await clock.advance(1000);
      session.life.tick();
      const ping = line.pings.pop();
      if (ping !== undefined && answersPings) line.emit('pong', Buffer.from(ping));
    }
  };
  return { clock, faults, hub, line, cuts, session, minutes };
}

describe('socket session', () => {
  it('keeps a client that answers pings', async () => {
    const { minutes, line } = make();
    await minutes(10);

    expect(line.end).toBeUndefined();
  });

  it('cuts a client that answers no ping for a minute', async () => {
    const { minutes, line, cuts } = make();
    await minutes(1, false);
    expect(line.end).toBeUndefined();
    await minutes(0.5, false);

    expect(line.end).toBe('terminate');
    expect(cuts[0]).toBe('silent');
  });

  it('does not take an unsolicited pong for an answer', async () => {
    const { clock, session, line } = make();
    for (let second = 0; second < 90; second += 1) {
      await clock.advance(1000);
      session.life.tick();
      line.emit('pong', Buffer.from('hello'));
    }

    expect(line.end).toBe('terminate');
  });

  it('says serverShutdown ten minutes before the 24 hours end', async () => {
    const { clock, session, line, cuts } = make();
    const tick = async (ms: number): Promise<void> => {
      await clock.advance(ms);
      session.life.tick();
      line.emit('pong', Buffer.from(line.pings.pop() ?? ''));
    };
    for (let hour = 0; hour < 24; hour += 1) await tick(hour === 0 ? 3_000_000 : 3_600_000);
    expect(line.sent.at(-1)).toMatch(/"e":"serverShutdown"/);
    expect(line.end).toBeUndefined();
    await tick(600_000);

    expect(line.end).toBe('close 1001');
    expect(cuts).toEqual(['old']);
  });

  it('cuts a client that reads too slowly', () => {
    const { hub, line, cuts } = make();
    hub.publish('btcusdt@trade', '1');
    line.bufferedAmount = 5 * 1024 * 1024;
    hub.publish('btcusdt@trade', '2');

    expect(line.sent).toEqual(['1']);
    expect([line.end, ...cuts]).toEqual(['terminate', 'slow']);
  });

  it('bounds what a delay fault holds back', () => {
    const { hub, line, cuts, faults } = make();
    faults.start(Fault.parse({ kind: 'socket-delay', delayMs: 60_000 }));
    for (let i = 0; i < 20_001; i += 1) hub.publish('btcusdt@trade', String(i));

    expect([line.end, ...cuts]).toEqual(['terminate', 'slow']);
  });

  it('refuses more than 1024 streams', () => {
    const { line } = make();
    const params = Array.from({ length: 1024 }, (_, i) => `s${i}@trade`);
    line.emit(
      'message',
      Buffer.from(JSON.stringify({ method: 'SUBSCRIBE', params, id: 1 })),
      false,
    );

    expect(line.sent).toEqual([
      '{"code":2,"msg":"Invalid request: more than 1024 streams","id":1}',
    ]);
  });

  it('leaves nothing behind when disposed', async () => {
    const { hub, session, faults, clock } = make();
    faults.start(Fault.parse({ kind: 'socket-delay', delayMs: 1000 }));
    hub.publish('btcusdt@trade', '1');
    session.dispose();
    await clock.advance(2000);

    expect(hub.has('btcusdt@trade')).toBe(false);
    expect(clock.pending()).toBe(0);
  });
});
