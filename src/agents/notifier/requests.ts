/** Answers what is asked of the notifier by the control socket. */
import type { NotifierAnswer, NotifierRequest } from '#core/alerts/notifier-request.ts';
import type { SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { freshId } from '#platform/ids.ts';
import type { Notices } from './alerts/notices.ts';
import type { Delivery, MessageEnd } from './buffer/deliver.ts';
import type { MessageStore } from './buffer/message-store.ts';
import type { OutgoingMessage } from './channel.ts';

export interface RequestPorts {
  readonly database: SqliteConnection;
  readonly messages: Pick<MessageStore, 'add' | 'waiting'>;
  readonly deliveries: readonly Delivery[];
  readonly notices: Pick<Notices, 'state' | 'mute' | 'mutedUntilMs' | 'acknowledge'>;
  readonly clock: Clock;
  readonly ends: Set<(end: MessageEnd) => void>;
}

/** Less than the coordinator waits for an answer. */
const TEST_WITHIN_MS = 9_000;
/** A test must not push out what waits. */
const NO_BOUND = Number.MAX_SAFE_INTEGER;

export async function answerRequest(
  ports: RequestPorts,
  request: NotifierRequest,
): Promise<NotifierAnswer> {
  const { clock, notices } = ports;
  switch (request.kind) {
    case 'status':
      return answer(ports, true, '');
    case 'test':
      return await test(ports, request.by);
    case 'mute': {
      notices.mute(request.untilMs, request.by);
      const isOver = request.untilMs <= clock.now();
      return answer(
        ports,
        true,
        isOver ? 'no longer muted' : 'muted; critical messages still come',
      );
    }
    case 'acknowledge': {
      const isDone = notices.acknowledge(request.id, request.by);
      const refusal = `no critical message of the id "${request.id}" waits to be acknowledged`;
      return answer(ports, isDone, isDone ? 'acknowledged' : refusal);
    }
  }
}

function answer(ports: RequestPorts, isDone: boolean, message: string): NotifierAnswer {
  const { deliveries, messages, notices } = ports;
  const mutedUntilMs = notices.mutedUntilMs();
  return {
    isDone,
    message,
    channels: deliveries.map((delivery) => {
      const deliveredMs = delivery.deliveredMs();
      const problem = delivery.problem();
      return {
        name: delivery.channel,
        waiting: messages.waiting(delivery.channel),
        ...(deliveredMs !== undefined && { deliveredMs }),
        ...(problem !== undefined && { problem }),
      };
    }),
    ...(mutedUntilMs !== undefined && { mutedUntilMs }),
    open: Object.entries(notices.state().policy.repeats).map(([id, { alert }]) => ({
      id,
      title: alert.title,
    })),
  };
}

async function test(ports: RequestPorts, by: string): Promise<NotifierAnswer> {
  const message: OutgoingMessage = {
    id: `test-${freshId()}`,
    atMs: ports.clock.now(),
    level: 'notice',
    kind: 'notifier',
    title: 'a test of the messages',
    lines: [`asked for by ${by}`],
    isSilent: false,
  };
  const took = await delivered(ports, message);
  const names = ports.deliveries.map(({ channel }) => channel);
  const late = names.filter((name) => !took.has(name));
  if (late.length === 0) return answer(ports, true, `delivered by ${names.join(', ')}`);
  return answer(ports, false, `not delivered by ${late.join(', ')} so far`);
}

/** Channels that took it in time. */
async function delivered(
  { database, messages, deliveries, ends, clock }: RequestPorts,
  message: OutgoingMessage,
): Promise<ReadonlySet<string>> {
  const took = new Set<string>();
  let answers = 0;
  const all = Promise.withResolvers<void>();
  const listener = ({ channel, id, isSent }: MessageEnd): void => {
    if (id !== message.id) return;
    if (isSent) took.add(channel);
    answers += 1;
    if (answers === deliveries.length) all.resolve();
  };
  ends.add(listener);
  const timer = clock.after(TEST_WITHIN_MS, () => all.resolve());
  try {
    database.exec('begin immediate');
    for (const { channel } of deliveries) messages.add(channel, message, NO_BOUND);
    database.exec('commit');
    for (const delivery of deliveries) delivery.wake();
    await all.promise;
  } finally {
    if (database.isInTransaction()) database.exec('rollback');
    timer.cancel();
    ends.delete(listener);
  }
  return took;
}
