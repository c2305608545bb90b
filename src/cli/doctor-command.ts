import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fail } from '#doctor/finding.ts';
import type { Finding } from '#doctor/finding.ts';
import type { KeyFacts } from '#doctor/keys.ts';
import { runDoctor } from '#doctor/run-doctor.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { originText, pathKey } from '#platform/config/layer.ts';
import type { Leaf } from '#platform/config/layer.ts';
import { isSecretKey } from '#platform/config/secrets.ts';
import { ConfigError } from '#platform/errors.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { deskArgs, DESK_OPTIONS } from './desk-args.ts';
import { loadDesk } from './desk.ts';
import type { LoadedDesk } from './desk.ts';
import { parseStartFlags } from './start-flags.ts';

const PracticeFacts = z.looseObject({ port: z.int() });

/** `doctor`: one line for each check; exit code 1 when one fails. */
export async function doctorCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...DESK_OPTIONS,
      production: { type: 'boolean', default: false },
      exchange: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const words = [
    ...deskArgs(values),
    ...(values.production ? ['--production'] : []),
    ...(values.exchange === undefined ? [] : ['--exchange', values.exchange]),
  ];
  const findings = await examine(words, env);
  if (values.json) console.log(JSON.stringify({ isOk: isOk(findings), findings }));
  else for (const finding of findings) console.log(lineOf(finding));
  return isOk(findings) ? EXIT.asked : EXIT.failed;
}

function isOk(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'fail');
}

function lineOf({ check, verdict, text, fix }: Finding): string {
  const advice = fix === undefined ? '' : ` -> ${fix}`;
  return `${verdict}  ${check.padEnd(8)} ${text}${advice}`
    .replaceAll(/:\s*\n\s*/g, ': ')
    .replaceAll(/\s*\n\s*/g, '; ');
}

async function examine(words: readonly string[], env: NodeJS.ProcessEnv) {
  const clock = systemClock();
  let desk: LoadedDesk;
  try {
    desk = loadDesk(parseStartFlags(words, process.cwd()), env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [fail('config', error.message, 'correct it; the rest depends on it')];
  }
  const { config, dataDir } = desk;
  const status = await statusOf(dataDir, clock);
  const practice = PracticeFacts.safeParse(status?.facts['practice']);
  return await runDoctor({
    config,
    dataDir,
    clock,
    isDeskUp: status !== undefined,
    practicePort: practice.data?.port,
    redisSocket: socketPath(dataDir, 'redis.sock'),
    keySource: keySource(desk),
    secretFiles: secretFiles(desk),
    readAccount: undefined,
  });
}

async function statusOf(dataDir: string, clock: Clock): Promise<DeskStatus | undefined> {
  const answer = await askDesk({ kind: 'status' }, { dataDir, clock });
  return answer === undefined ? undefined : DeskStatus.parse(answer.body);
}

function keySource({ config, leaves }: LoadedDesk): KeyFacts['source'] {
  const { exchange } = config;
  if (exchange.keystore !== null) return { kind: 'keystore', entry: exchange.keystore };
  if (exchange.api_key === null)
    return { kind: exchange.name === 'practice' ? 'practice' : 'none' };
  const leaf = leaves.find(({ path }) => pathKey(path) === 'exchange.api_secret');
  if (leaf === undefined) return { kind: 'none' };
  return {
    kind: 'config',
    where: leaf.filledFrom ?? originText(leaf.origin),
    isInFile: isInFile(leaf),
  };
}

function isInFile({ origin, filledFrom }: Leaf): boolean {
  return origin.line !== undefined && filledFrom === undefined;
}

/** Config files in which a secret stands. */
function secretFiles({ leaves }: LoadedDesk): readonly string[] {
  const inFiles = leaves.filter(
    (leaf) => isSecretKey(leaf.path) && typeof leaf.value === 'string' && isInFile(leaf),
  );
  return [...new Set(inFiles.map(({ origin }) => origin.source))];
}
