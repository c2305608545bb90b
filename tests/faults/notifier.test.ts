/** The notifier as a process that is killed, starved and lied to; messages are counted where they arrive. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { seededRandom } from '#platform/random.ts';
import type { AgentProcess } from '../support/agent-process.ts';
import { eventually } from '../support/eventually.ts';
import { type NotifierDesk, notifierDesk } from '../support/notifier/notifier-desk.ts';
import { startReceiver, type WebhookReceiver } from '../support/notifier/webhook-receiver.ts';
import { startRedis } from '../support/redis-server.ts';
import { smallDisk } from '../support/small-disk.ts';

const WITHIN = { withinMs: 30_000 };

function command(number: number): DeskEvent {
  return {
    kind: 'command.done',
    id: `command-${number}`,
    command: 'pause',
    by: 'alice',
    origin: '',
    reason: '',
    result: `result ${number}`,
  };
}

const halted: DeskEvent = {
  kind: 'halt.raised',
  halt: { kind: 'drawdown', sinceMs: 1, reason: 'it fell', liftedBy: 'resume' },
};

interface Message {
  readonly title: string;
  readonly lines: readonly string[];
  readonly kind: string;
  readonly isRepeat: boolean;
}

const messages = ({ taken }: WebhookReceiver): readonly Message[] =>
  taken.map(({ body }) => JSON.parse(body) as Message);

/** Of the commands: what came, what came again and said so. */
function tally(receiver: WebhookReceiver) {
  const told = messages(receiver).filter(({ kind }) => kind === 'command');
  const firsts = told.filter(({ isRepeat }) => !isRepeat).map(({ lines }) => lines[0]);
  return {
    distinct: [...new Set(told.map(({ lines }) => lines[0]))],
    unmarkedTwice: firsts.length - new Set(firsts).size,
    repeats: told.filter(({ isRepeat }) => isRepeat).length,
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => `result ${n + 1}`);

async function settled(desk: NotifierDesk, agent: AgentProcess): Promise<void> {
  await eventually(async () => {
    const { channels } = await desk.ask(agent, { kind: 'status' });
    return channels.every(({ waiting }) => waiting === 0);
  }, WITHIN);
}

const hook = (receiver: WebhookReceiver, name = 'ops') => ({ name, webhook_url: receiver.url });

describe('a notifier that is killed', () => {
  it('again and again, at any moment, loses nothing', async () => {
    const random = seededRandom(11);
    const events = 150;
    await using receiver = await startReceiver();
    receiver.behave(() => ({ kind: 'take-late', afterMs: random.int(8) }));
    await using desk = await notifierDesk();
    let agent = await desk.start({ webhooks: [hook(receiver)] });
    const writing = (async () => {
      for (let n = 1; n <= events; n += 1) {
        await desk.happen(command(n));
        await sleep(random.int(120));
      }
    })();

    for (let kill = 0; kill < 12; kill += 1) {
      await sleep(300 + random.int(500));
      await agent.kill();
      agent = await desk.start({ webhooks: [hook(receiver)] });
    }
    await writing;
    await eventually(() => tally(receiver).distinct.length === events, WITHIN);
    await settled(desk, agent);

    const { distinct, unmarkedTwice, repeats } = tally(receiver);
    expect(distinct).toEqual(upTo(events));
    expect(unmarkedTwice).toBe(0);
    expect(repeats, 'at most the one in hand at each kill').toBeLessThanOrEqual(12);
  });

  it.each(['before it is answered', 'right after it is answered'])(
    'while a message is with the other side, %s, sends it again as a repeat',
    async (when) => {
      await using receiver = await startReceiver();
      await using desk = await notifierDesk();
      const first = await desk.start({ webhooks: [hook(receiver)] });
      if (when.startsWith('before')) receiver.behave(() => ({ kind: 'take-and-hang' }));
      await desk.happen(command(1), command(2));
      await eventually(() => receiver.taken.length > 0, WITHIN);
      await first.kill();
      receiver.behave(() => ({ kind: 'take' }));

      const next = await desk.start({ webhooks: [hook(receiver)] });
      await eventually(() => tally(receiver).distinct.length === 2, WITHIN);
      await settled(desk, next);

      expect(tally(receiver)).toMatchObject({ distinct: upTo(2), unmarkedTwice: 0 });
      if (when.startsWith('before')) expect(tally(receiver).repeats).toBe(1);
    },
  );
});

describe('a notifier with a Redis', () => {
  it('that is wiped, stopped and killed tells all the same', async () => {
    await using redis = await startRedis();
    await using receiver = await startReceiver();
    await using desk = await notifierDesk({ redisSocket: redis.socketPath });
    const agent = await desk.start({ webhooks: [hook(receiver)] });
    await desk.happen(command(1));
    await eventually(() => tally(receiver).distinct.length === 1, WITHIN);

    await redis.command('FLUSHALL');
    await desk.happen(command(2));
    await eventually(() => tally(receiver).distinct.length === 2, WITHIN);
    redis.pause();
    await desk.happen(command(3));
    await eventually(() => tally(receiver).distinct.length === 3, WITHIN);
    redis.resume();
    await redis.kill();
    await desk.happen(command(4));
    await eventually(() => tally(receiver).distinct.length === 4, WITHIN);
    await redis.start();
    await desk.happen(command(5));
    await eventually(() => tally(receiver).distinct.length === 5, WITHIN);
    await settled(desk, agent);

    expect(tally(receiver)).toEqual({ distinct: upTo(5), unmarkedTwice: 0, repeats: 0 });
  });
});

describe('a notifier whose files are not what they were', () => {
  it('is told of an older ledger that has grown on, and tells what is new in it', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    const first = await desk.start({ webhooks: [hook(receiver)] });
    await desk.happen(command(1));
    await eventually(() => tally(receiver).distinct.length === 1, WITHIN);
    await desk.copyLedger('older');
    await desk.happen(command(2), command(3));
    await eventually(() => tally(receiver).distinct.length === 3, WITHIN);
    await settled(desk, first);
    await first.kill();

    await desk.restoreLedger('older');
    await desk.happen(command(4), command(5), command(6), command(7));
    await desk.start({ webhooks: [hook(receiver)] });
    await eventually(() => tally(receiver).distinct.length === 7, WITHIN);

    expect(tally(receiver)).toEqual({ distinct: upTo(7), unmarkedTwice: 0, repeats: 0 });
    expect(messages(receiver).map(({ title }) => title)).toContain(
      'the ledger is not the one from before',
    );
  });

  it('says that its memory is gone when notifier.db is damaged, and goes on', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    const first = await desk.start({ webhooks: [hook(receiver)] });
    await first.kill();
    for (const name of readdirSync(desk.dataDir)) {
      if (name.startsWith('notifier.db')) rmSync(join(desk.dataDir, name));
    }
    writeFileSync(join(desk.dataDir, 'notifier.db'), 'x'.repeat(10_000));

    await desk.start({ webhooks: [hook(receiver)] });
    await desk.happen(command(1));
    await eventually(() => tally(receiver).distinct.length === 1, WITHIN);

    expect(messages(receiver)[0]?.title).toBe('the memory of the notifier could not be read');
    expect(readdirSync(desk.dataDir).some((name) => name.includes('damaged'))).toBe(true);
  });

  it('goes on after its disk was full', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nd-notifier-disk-'));
    const disk = smallDisk(folder, 4);
    // Mounting takes a right that not every machine gives.
    if (disk === undefined) {
      rmSync(folder, { recursive: true });
      return;
    }
    try {
      await using receiver = await startReceiver();
      await using desk = await notifierDesk({ dataDir: join(folder, 'data') });
      receiver.behave(() => ({ kind: 'say', status: 503 }));
      const agent = await desk.start({ webhooks: [hook(receiver)] });
      await desk.happen(command(1), command(2));
      await eventually(() => receiver.requests() > 0, WITHIN);
      disk.fill();
      receiver.behave(() => ({ kind: 'take' }));
      const full = async (): Promise<string | undefined> =>
        (await desk.ask(agent, { kind: 'status' })).channels[0]?.problem;
      await eventually(async () => (await full())?.startsWith('notifier.db') === true, WITHIN);

      disk.makeRoom();
      await eventually(() => tally(receiver).distinct.length === 2, WITHIN);
      await desk.happen(command(3));
      await eventually(() => tally(receiver).distinct.length === 3, WITHIN);
      await settled(desk, agent);

      expect(agent.child.exitCode, 'it has lived through it').toBeNull();
      expect(tally(receiver)).toMatchObject({ distinct: upTo(3), unmarkedTwice: 0 });
    } finally {
      disk[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a channel that is away for long', () => {
  it('keeps what is critical and the newest, and is told the critical first', async () => {
    await using receiver = await startReceiver();
    receiver.behave(() => ({ kind: 'say', status: 503, headers: { 'retry-after': '3' } }));
    await using desk = await notifierDesk();
    const agent = await desk.start({ webhooks: [hook(receiver)], waiting_max: 10 });
    await desk.happen(command(1));
    await eventually(() => receiver.requests() === 1, WITHIN);
    await desk.happen(halted, ...Array.from({ length: 40 }, (_, n) => command(n + 2)));
    await eventually(async () => {
      const { channels } = await desk.ask(agent, { kind: 'status' });
      return channels[0]?.waiting === 10;
    }, WITHIN);

    receiver.behave(() => ({ kind: 'take' }));
    await eventually(() => receiver.taken.length === 10, WITHIN);
    await settled(desk, agent);

    const titles = messages(receiver).map(({ title, lines }) => lines[0] ?? title);
    expect(messages(receiver)[0]?.title).toBe('halted: drawdown');
    expect(titles.slice(1)).toEqual(upTo(41).slice(-9));
  });
});
