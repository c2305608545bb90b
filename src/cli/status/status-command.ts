import { parseArgs } from 'node:util';
import { systemClock } from '#platform/clock/system-clock.ts';
import { DeskError } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from '../desk-args.ts';
import { gatherStatus } from './gather.ts';
import type { StatusSnapshot } from './snapshot.ts';
import { renderStatus } from './render.ts';

const REFRESH_MS = 1_000;
const DEFAULT_WIDTH = 120;

/** `status`: one screen, refreshing on a terminal; once with `--once`, `--json` or into a pipe. */
export async function statusCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...DESK_OPTIONS,
      json: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
    },
  });
  const desk = deskOf(values, env);
  const clock = systemClock();
  const gather = (): Promise<StatusSnapshot | undefined> =>
    gatherStatus({ dataDir: desk.dataDir, clock });
  const first = await gather();
  if (first === undefined) {
    throw new DeskError('desk-down', `no desk runs on ${desk.dataDir}; ./start-bot.sh starts one`);
  }
  if (values.json) {
    console.log(JSON.stringify(first));
    return EXIT.asked;
  }
  const isLive = process.stdout.isTTY && !values.once;
  if (!isLive) {
    console.log(renderStatus(first, screenWidth()).join('\n'));
    return EXIT.asked;
  }
  return await refresh(first, gather, (ms) => clock.sleep(ms));
}

/** A terminal that does not know its size says 0. */
function screenWidth(): number {
  return process.stdout.columns || DEFAULT_WIDTH;
}

async function refresh(
  first: StatusSnapshot,
  gather: () => Promise<StatusSnapshot | undefined>,
  sleep: (ms: number) => Promise<void>,
): Promise<number> {
  for (let status: StatusSnapshot | undefined = first; status !== undefined;) {
    draw(renderStatus(status, screenWidth()));
    await sleep(REFRESH_MS);
    status = await gather();
  }
  console.log('the desk has stopped');
  return EXIT.asked;
}

// Writes over the old lines instead of clearing first: no flicker.
function draw(lines: readonly string[]): void {
  const text = lines.map((line) => `${line}\u001b[K`).join('\n');
  process.stdout.write(`\u001b[H${text}\n\u001b[J`);
}
