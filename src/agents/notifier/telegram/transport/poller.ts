/**
 * Asks Telegram for news for as long as the agent runs, whatever happens to it or to the line: a
 * failure is waited out, longer each time, and the next answer makes it forgotten. Updates are
 * handled one at a time, in order; one is confirmed by the question after it has been handled, so a
 * process that dies in the middle is given it again.
 */
import type { Update } from 'telegraf/types';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, retryAfterOf } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { BotClient } from './bot-client.ts';

export interface PollerPorts {
  readonly client: Pick<BotClient, 'connect' | 'updates'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly seconds: number;
  readonly handle: (update: Update) => Promise<void>;
  /** After each connection anew, with the bot's name. */
  readonly onConnected: (name: string) => void;
  readonly onContact: () => void;
  readonly onLost: (problem: string) => void;
}

const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = 30_000;
// Two programs that ask in turn cut each other off each time: the rarer, the better it shows.
const CONFLICT_WAIT_MS = 5_000;
const GOODBYE_MS = 2_000;

/** Resolves when the signal is aborted. */
export async function poll(ports: PollerPorts, signal: AbortSignal): Promise<void> {
  const { client, clock } = ports;
  let offset = 0;
  let failures = 0;
  let isConnected = false;
  while (!signal.aborted) {
    try {
      if (!isConnected) {
        ports.onConnected(await client.connect(signal));
        isConnected = true;
      }
      // What waits already is taken at once; only then a question may stay open.
      const updates = await client.updates(offset, ports.seconds, signal);
      ports.onContact();
      failures = 0;
      for (const update of updates) {
        await handled(ports, update);
        if (signal.aborted) break;
        offset = update.update_id + 1;
      }
    } catch (error) {
      if (signal.aborted) break;
      isConnected = false;
      failures += 1;
      tell(ports, error, failures);
      await clock.sleep(waitMs(error, failures, ports.random), signal).catch(() => undefined);
    }
  }
  await sayGoodbye(ports, offset);
}

async function handled({ handle, log }: PollerPorts, update: Update): Promise<void> {
  try {
    await handle(update);
  } catch (err) {
    // Given back it would fail again and hold up all that come after it.
    log.error({ err, updateId: update.update_id }, 'an update of telegram could not be handled');
  }
}

/** Confirms what was handled, so that the next start is not given it again. */
async function sayGoodbye({ client, clock }: PollerPorts, offset: number): Promise<void> {
  if (offset === 0) return;
  const late = new AbortController();
  const timer = clock.after(GOODBYE_MS, () => late.abort());
  // If it fails the next start knows the updates by the record of its commands.
  await client.updates(offset, 0, late.signal).catch(() => undefined);
  timer.cancel();
}

function tell({ log, onLost }: PollerPorts, error: unknown, failures: number): void {
  const problem = error instanceof Error ? error.message : String(error);
  onLost(problem);
  const fields = { problem, failures };
  if (failures === 1) log.warn(fields, 'telegram cannot be reached, trying again');
  else log.debug(fields, 'telegram is still away');
}

function waitMs(error: unknown, failures: number, random: Random): number {
  const named = retryAfterOf(error);
  if (named !== undefined) return named;
  if (error instanceof DeskError && error.code === 'telegram-conflict') return CONFLICT_WAIT_MS;
  const limit = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
  return limit * (0.5 + random.next() / 2);
}
