import { parseArgs } from 'node:util';
import { fail } from '#doctor/finding.ts';
import type { Finding } from '#doctor/finding.ts';
import { ConfigError } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { deskArgs, DESK_OPTIONS } from '../desk-args.ts';
import { loadDesk } from '../desk.ts';
import type { LoadedDesk } from '../desk.ts';
import { parseStartFlags } from '../start-flags.ts';
import { examineDesk } from './examine-desk.ts';

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

async function examine(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  let desk: LoadedDesk;
  try {
    desk = loadDesk(parseStartFlags(words, process.cwd()), env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [fail('config', error.message, 'correct it; the rest depends on it')];
  }
  return await examineDesk(desk);
}

function isOk(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'fail');
}

/** A message of several lines becomes one. */
export function lineOf({ check, verdict, text, fix }: Finding): string {
  const advice = fix === undefined ? '' : ` -> ${fix}`;
  return `${verdict}  ${check.padEnd(8)} ${text}${advice}`
    .replaceAll(/:\s*\n\s*/g, ': ')
    .replaceAll(/\s*\n\s*/g, '; ');
}
