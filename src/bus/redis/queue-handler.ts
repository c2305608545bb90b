/**
 * Takes work from a BullMQ queue. What must hold: a job is done at least once, a killed process's
 * job moves on in some three seconds, and what cannot be handled ends in the dead-letter list with
 * its raw text before BullMQ is told that it failed.
 */
import type { Job, Worker as WorkerOf } from 'bullmq';
import type { Redis } from 'ioredis';
import { PermanentError, TransientError, errorText } from '#platform/errors.ts';
import type { Envelope } from '../bus.ts';
import { wireName, type QueueContract } from '../contract.ts';
import { bullmqPart } from './bullmq-part.ts';
import { isNews } from './connector.ts';
import type { DeadLetters } from './dead-letters.ts';
import { QueueEnvelope, parseEnvelope } from './envelope.ts';
import { KEY_PREFIX } from './keys.ts';
import type { Shared } from './shared.ts';

const { Worker } = bullmqPart<'Worker'>('worker');
const { DelayedError, UnrecoverableError } = bullmqPart<'DelayedError' | 'UnrecoverableError'>(
  'errors/index',
);

// Measured: with these two a killed worker's job runs again after 2.4 to 3.4 s.
const LOCK_MS = 3_000;
const STALLED_CHECK_MS = 500;
// Each kill of a worker costs its jobs one; agents may be killed many times in a row.
const STALLED_MAX = 10;
const RETRY_CONNECTION_MS = 250;
// Finished jobs keep their id taken, so the same key sent again within this time changes nothing.
const KEEP_DONE_SECONDS = 900;
const KEEP_FAILED = { age: 86_400, count: 200 };
// An agent has some six seconds to end; closing the connections needs one of them.
const DRAIN_MS_MAX = 4_000;
// What fails only for now (a full queue, a Redis or a ledger that is away) is tried for as long as
// somebody may still want it: it is nobody's fault, so it uses up no tries.
const PATIENCE_MS = 3_600_000;
const AGAIN_MS = 200;
const AGAIN_MS_MAX = 2_000;

export interface QueueHandling<T> {
  readonly queue: QueueContract<T>;
  readonly handler: (payload: T, envelope: Envelope) => Promise<void>;
  readonly concurrency: number;
}

export function handleQueue<T>(
  shared: Shared,
  at: { readonly redis: Redis; readonly dead: DeadLetters },
  handling: QueueHandling<T>,
): AsyncDisposable {
  const { log } = shared;
  const name = wireName(handling.queue);
  const buried = new WeakSet<Job>();
  const worker = new Worker<QueueEnvelope>(
    name,
    async (job, token) => {
      await processJob(shared, { ...handling, ...at, buried, token }, job);
    },
    {
      connection: at.redis,
      prefix: KEY_PREFIX,
      name: shared.instance,
      concurrency: handling.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: STALLED_MAX,
      runRetryDelay: RETRY_CONNECTION_MS,
      removeOnComplete: { age: KEEP_DONE_SECONDS, count: handling.queue.keptWhenDone },
      removeOnFail: KEEP_FAILED,
    },
  );
  worker.on('error', (err) => {
    if (isNews(at.redis)) log.warn({ queue: name, err }, 'queue worker error');
  });
  worker.on('stalled', (jobId) => log.warn({ queue: name, jobId }, 'job taken over'));
  // Only BullMQ itself fails a job whose handler never ran: it stalled too often.
  worker.on('failed', (job, error) => {
    if (job === undefined || buried.has(job) || !(error instanceof UnrecoverableError)) return;
    bury(shared, { ...handling, ...at, buried }, job, error.message).catch((err: unknown) =>
      log.error({ queue: name, jobId: job.id, err }, 'dead letter could not be kept'),
    );
  });
  let closed: Promise<void> | undefined;
  return {
    [Symbol.asyncDispose]: () => {
      closed ??= closeWorker(worker, shared);
      return closed;
    },
  };
}

interface Burying<T> extends QueueHandling<T> {
  readonly dead: DeadLetters;
  readonly buried: WeakSet<Job>;
}

interface Processing<T> extends Burying<T> {
  /** Of the lock on the job. */
  readonly token: string | undefined;
}

async function processJob<T>(shared: Shared, to: Processing<T>, job: Job): Promise<void> {
  const { clock, observer } = shared;
  const { queue } = to;
  const name = wireName(queue);
  const result = parseEnvelope(job.data, QueueEnvelope, queue.payload);
  if ('problem' in result) {
    observer.unreadable(name);
    return bury(shared, to, job, result.problem).then(() => giveUp(result.problem));
  }
  const { traceId, traceparent, sender, sentMs } = result.envelope;
  const ageMs = clock.now() - sentMs;
  observer.received(name, ageMs);
  try {
    const isExpired = ageMs > queue.expiresAfterMs;
    await to.handler(result.payload, { traceId, traceparent, sender, sentMs, isExpired });
    observer.handled(name, 'done');
  } catch (error) {
    const isPatient = ageMs <= Math.max(PATIENCE_MS, queue.expiresAfterMs);
    if (error instanceof TransientError && isPatient) return putBack(shared, to, job, error);
    const isLastTry = job.attemptsMade + 1 >= queue.attempts;
    if (!isLastTry && !(error instanceof PermanentError)) {
      observer.handled(name, 'retry');
      shared.log.warn({ queue: name, jobId: job.id, traceId, err: error }, 'job will be retried');
      throw error;
    }
    await bury(shared, to, job, errorText(error));
    giveUp(errorText(error), error);
  }
}

/** Hands the job back to be run a little later, without counting the try. */
async function putBack<T>(
  { clock, log, observer }: Shared,
  { queue, token }: Processing<T>,
  job: Job,
  err: TransientError,
): Promise<never> {
  const name = wireName(queue);
  observer.handled(name, 'retry');
  // Said once for a job: an outage of an hour must not fill the log.
  if (job.attemptsStarted <= 1) log.warn({ queue: name, jobId: job.id, err }, 'job has to wait');
  const pauseMs = AGAIN_MS * 2 ** Math.min(10, Math.max(0, job.attemptsStarted - 1));
  await job.moveToDelayed(clock.now() + Math.min(AGAIN_MS_MAX, pauseMs), token);
  throw new DelayedError();
}

function giveUp(reason: string, cause?: unknown): never {
  throw Object.assign(new UnrecoverableError(reason), { cause });
}

async function bury<T>(shared: Shared, to: Burying<T>, job: Job, reason: string): Promise<void> {
  const name = wireName(to.queue);
  to.buried.add(job);
  shared.observer.handled(name, 'dead');
  shared.log.error({ queue: name, jobId: job.id, reason }, 'job is dead');
  await to.dead.add(to.queue, {
    jobId: job.id ?? '',
    reason,
    atMs: shared.clock.now(),
    by: shared.instance,
    raw: JSON.stringify(job.data),
  });
}

/** Lets jobs in hand finish; what does not end in time is run again by somebody else. */
async function closeWorker(worker: WorkerOf<QueueEnvelope>, { clock, log }: Shared): Promise<void> {
  const { promise: expired, resolve } = Promise.withResolvers<'expired'>();
  const timer = clock.after(DRAIN_MS_MAX, () => resolve('expired'));
  const closing = worker.close().then(() => 'closed' as const);
  const outcome = await Promise.race([closing, expired]);
  timer.cancel();
  if (outcome === 'closed') return;
  closing.catch(() => undefined);
  // BullMQ's own ways to give up wait for Redis too; the bus ends the connections when it closes.
  log.warn({ queue: worker.name, limitMs: DRAIN_MS_MAX }, 'jobs in hand left to others');
}
