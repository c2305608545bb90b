import { z } from 'zod';
import type { Finding } from '#doctor/finding.ts';
import { runDoctor } from '#doctor/run-doctor.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { type LoadedDesk, PROJECT_ROOT } from '../desk.ts';
import { lookAtAccount } from './look-at-account.ts';
import { keySource, secretFiles } from './key-source.ts';

const PracticeFacts = z.looseObject({ port: z.int() });

/** Looks at a desk, running or not, as its config says it is to run. */
export async function examineDesk(desk: LoadedDesk): Promise<readonly Finding[]> {
  const { config, dataDir } = desk;
  const clock = systemClock();
  const answer = await askDesk({ kind: 'status' }, { dataDir, clock });
  const status = answer === undefined ? undefined : DeskStatus.parse(answer.body);
  const practice = PracticeFacts.safeParse(status?.facts['practice']);
  return await runDoctor({
    config,
    rootDir: PROJECT_ROOT,
    dataDir,
    clock,
    isDeskUp: status !== undefined,
    practicePort: practice.data?.port,
    redisSocket: socketPath(dataDir, 'redis.sock'),
    keySource: keySource(desk),
    secretFiles: secretFiles(desk),
    readAccount: (at) => lookAtAccount(desk, at),
  });
}
