import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import type { AgentProcess } from '../support/agent-process.ts';
import { eventually } from '../support/eventually.ts';
import { type NotifierDesk, notifierDesk } from '../support/notifier/notifier-desk.ts';
import { startReceiver, type WebhookReceiver } from '../support/notifier/webhook-receiver.ts';

const DAY_MS = 86_400_000;
const WITHIN = { withinMs: 15_000 };
const STATUS = { kind: 'status' } as const;

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

function hook(receiver: WebhookReceiver, changed: Readonly<Record<string, unknown>> = {}) {
  return { name: 'ops', format: 'json', webhook_url: receiver.url, ...changed };
}

interface Message {
  readonly title: string;
  readonly lines: readonly string[];
  readonly kind: string;
  readonly isRepeat: boolean;
  readonly level: string;
  readonly picturePng?: string;
}

function messages({ taken }: WebhookReceiver): readonly Message[] {
  return taken.map(({ body }) => JSON.parse(body) as Message);
}

const results = (receiver: WebhookReceiver) =>
  messages(receiver)
    .filter(({ kind }) => kind === 'command')
    .map(({ lines }) => lines[0]);

/** A message that is still in hand would come again, as a repeat. */
async function settled(desk: NotifierDesk, agent: AgentProcess): Promise<void> {
  await eventually(async () => {
    const { channels } = await desk.ask(agent, STATUS);
    return channels.every(({ waiting }) => waiting === 0);
  }, WITHIN);
}

describe('notifier', () => {
  it('tells what ledger and coordinator say, in order, without Redis', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    await desk.start({ webhooks: [hook(receiver)] });
    desk.fact({ kind: 'desk.up', afterMs: 4_000 });
    await eventually(() => receiver.taken.length === 1, WITHIN);

    await desk.happen(command(1), command(2), command(3));
    await eventually(() => receiver.taken.length === 4, WITHIN);

    expect(messages(receiver).map(({ title }) => title)).toEqual([
      'the desk is up',
      'pause by alice',
      'pause by alice',
      'pause by alice',
    ]);
    expect(results(receiver)).toEqual(['result 1', 'result 2', 'result 3']);
  });

  it('goes on where it was after a restart, and tells nothing twice', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    const first = await desk.start({ webhooks: [hook(receiver)] });
    await desk.happen(command(1));
    await eventually(() => receiver.taken.length === 1, WITHIN);
    await settled(desk, first);
    await first.kill();
    await desk.happen(command(2), command(3));
    desk.fact({ kind: 'redis.away' });

    await desk.start({ webhooks: [hook(receiver)] });
    await eventually(() => receiver.taken.length === 4, WITHIN);

    expect(results(receiver)).toEqual(['result 1', 'result 2', 'result 3']);
  });

  it('waits as long as it is asked to, keeps the order and drops what is refused', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    const startMs = performance.now();
    receiver.behave((request) => {
      if (request === 0) return { kind: 'say', status: 429, headers: { 'retry-after': '2' } };
      if (request === 1) return { kind: 'say', status: 503 };
      if (request === 3) return { kind: 'say', status: 400, body: 'no such embed' };
      return { kind: 'take' };
    });
    await desk.start({ webhooks: [hook(receiver)] });

    await desk.happen(command(1), command(2), command(3));
    await eventually(() => receiver.requests() === 5, WITHIN);

    expect(performance.now() - startMs).toBeGreaterThan(2_000);
    // The first was tried three times, the second is refused for good.
    expect(results(receiver)).toEqual(['result 1', 'result 3']);
  });

  it('marks as a repeat what may have arrived', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    receiver.behave((request) => ({ kind: request === 0 ? 'take-and-reset' : 'take' }));
    await desk.start({ webhooks: [hook(receiver)] });

    await desk.happen(command(1), command(2));
    await eventually(() => receiver.taken.length === 3, WITHIN);

    expect(messages(receiver).map(({ lines, isRepeat }) => [lines[0], isRepeat])).toEqual([
      ['result 1', false],
      ['result 1', true],
      ['result 2', false],
    ]);
  });

  it('does not let one channel wait for another', async () => {
    await using dead = await startReceiver();
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    dead.behave(() => ({ kind: 'take-and-hang' }));
    const slack = hook(dead, { name: 'slack', format: 'slack', timeout_seconds: 60 });
    await desk.start({ webhooks: [slack, hook(receiver, { name: 'ops' })] });

    await desk.happen(command(1), command(2));

    await eventually(() => results(receiver).length === 2, WITHIN);
    expect(dead.requests()).toBe(1);
  });

  it('notices another ledger, and a coordinator that counts anew', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    await desk.start({ webhooks: [hook(receiver)] });
    desk.fact({ kind: 'redis.away' });
    desk.fact({ kind: 'redis.away' });
    await desk.happen(command(1), command(2));
    await eventually(() => receiver.taken.length === 4, WITHIN);

    await desk.replaceLedger();
    await desk.happen(command(3));
    desk.forget();
    desk.fact({ kind: 'desk.up', afterMs: 1 });
    await eventually(() => receiver.taken.length === 8, WITHIN);

    const after = messages(receiver).slice(4);
    expect(after.map(({ title }) => title).toSorted()).toEqual([
      'pause by alice',
      "the coordinator's record is not the one from before",
      'the desk is up',
      'the ledger is not the one from before',
    ]);
  });

  it('tells that the desk stops before it ends', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    const agent = await desk.start({ webhooks: [hook(receiver)] });

    desk.fact({ kind: 'desk.stopping', reason: 'SIGTERM' });
    agent.child.send({ kind: 'drain', withinMs: 5_000 });
    await eventually(() => agent.child.exitCode !== null, WITHIN);

    expect(agent.child.exitCode).toBe(0);
    expect(messages(receiver).map(({ title }) => title)).toEqual(['the desk stops']);
  });

  it('sends a test through every channel and says how it went', async () => {
    await using receiver = await startReceiver();
    await using other = await startReceiver();
    await using desk = await notifierDesk();
    const discord = hook(other, { name: 'discord', format: 'discord', min_level: 'critical' });
    const agent = await desk.start({ webhooks: [hook(receiver), discord] });

    const good = await desk.ask(agent, { kind: 'test', by: 'alice' });
    other.behave(() => ({ kind: 'say', status: 404 }));
    const bad = await desk.ask(agent, { kind: 'test', by: 'alice' });

    expect(good).toMatchObject({ isDone: true, message: 'delivered by ops, discord' });
    expect(bad.isDone).toBe(false);
    expect(bad.message).toBe('not delivered by discord so far');
    expect(bad.channels[1]?.problem).toContain('check webhook_url');
    expect(JSON.stringify(bad)).not.toContain('planted-webhook-secret');
    expect(other.taken[0]?.body).toContain('a test of the messages');
  });

  it('tells a report that came due while it was down, late and once, with its picture', async () => {
    await using receiver = await startReceiver();
    await using desk = await notifierDesk();
    const config = {
      webhooks: [hook(receiver)],
      reports: { daily: true, weekly: false, at: '00:00' },
    };
    const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    await desk.ledger.transaction(async (tx) => {
      for (let minute = 0; minute < 1_440; minute += 1) {
        const wave = 10_000 + minute / 12 + 60 * Math.sin(minute / 90) - (minute > 900 ? 90 : 0);
        await tx.recordEquity({
          account: 'shadow',
          atMs: todayMs - DAY_MS + minute * 60_000,
          equityQuote: DecimalText.parse(wave.toFixed(2)),
          cashQuote: DecimalText.parse('9000'),
          positionsQuote: DecimalText.parse((wave - 9_000).toFixed(2)),
          cause: 'minute',
        });
      }
    });
    const first = await desk.start(config);
    await eventually(() => desk.reportedDay() !== undefined, WITHIN);
    await first.kill();
    expect(receiver.taken, 'nothing of the time before there was anybody to tell').toEqual([]);
    desk.forgetReports(new Date(todayMs - 3 * DAY_MS).toISOString().slice(0, 10));

    const second = await desk.start(config);
    await eventually(() => receiver.taken.length === 1, WITHIN);
    await settled(desk, second);
    await second.kill();
    await desk.start(config);
    await desk.happen(command(1));
    await eventually(() => results(receiver).length === 1, WITHIN);

    const reports = messages(receiver).filter(({ kind }) => kind === 'daily_report');
    expect(reports).toHaveLength(1);
    expect(reports[0]?.title).toMatch(/^day \d{4}-\d\d-\d\d: \+\d+\.\d+ USDT$/);
    expect(reports[0]?.lines).toContain('the desk ran 100.00 % of the time');
    const png = Buffer.from(reports[0]?.picturePng ?? '', 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });
});
