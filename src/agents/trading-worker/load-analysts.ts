/**
 * Seats the committee from the config: built-in analysts by name, the user's own from their files.
 * A user's file runs with the worker's rights, like the rest of the config it is the operator's.
 * Everything that is wrong is said at once, before the worker takes its first evaluation.
 */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type Analyst, Leaning, type Seat, seat } from '#core/committee/analyst.ts';
import { builtInAnalyst } from '#core/committee/bench.ts';
import type { CommitteeConfig, CommitteeMember } from '#core/committee/config.ts';
import { ConfigError, errorText } from '#platform/errors.ts';

/** The shape of an `analyst` in a user's file; a plain object will do. */
const UserAnalyst = z.object({
  name: z.string().min(1),
  leaning: Leaning.default('neutral'),
  params: z
    .custom<z.ZodType>((value) => value instanceof z.ZodType, 'expected a zod schema')
    .default(z.strictObject({})),
  warmUp: z.custom<Analyst['warmUp']>(
    (value) => typeof value === 'function',
    'expected a function',
  ),
  analyse: z.custom<Analyst['analyse']>(
    (value) => typeof value === 'function',
    'expected a function',
  ),
});

/** Returns the seats, or throws one ConfigError that names every member that is wrong. */
export async function loadAnalysts(
  { analysts, candles }: Pick<CommitteeConfig, 'analysts' | 'candles'>,
  folder: string,
): Promise<Seat[]> {
  const seats: Seat[] = [];
  const problems: string[] = [];
  for (const [index, member] of analysts.entries()) {
    try {
      const analyst = await analystOf(member, folder);
      const taken = seat(analyst, { weight: member.weight, params: member.params });
      assertCanSpeak(taken, candles);
      seats.push(taken);
    } catch (error: unknown) {
      const name = member.name ?? member.file;
      problems.push(`  committee.analysts[${index}] (${name}): ${reasonOf(error)}`);
    }
  }
  if (problems.length > 0) {
    throw new ConfigError(`the committee cannot be seated:\n${problems.join('\n')}`);
  }
  return seats;
}

/** An analyst that needs more candles than it is ever shown would be silent for ever. */
function assertCanSpeak({ warmUp }: Seat, candles: number): void {
  if (warmUp <= candles) return;
  throw new ConfigError(`it needs ${warmUp} candles, and committee.candles is ${candles}`);
}

async function analystOf(member: CommitteeMember, folder: string): Promise<Analyst> {
  if (member.name !== undefined) return builtInAnalyst(member.name);
  return fromFile(resolve(folder, member.file ?? ''));
}

async function fromFile(path: string): Promise<Analyst> {
  await access(path).catch((cause: unknown) => {
    throw new ConfigError(`there is no file ${path}`, { cause: errorText(cause) });
  });
  const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  const exported = module['analyst'];
  if (exported === undefined) {
    const names = Object.keys(module).join(', ') || 'nothing';
    throw new ConfigError(`the file has no export named "analyst"; it exports ${names}`);
  }
  const parsed = UserAnalyst.safeParse(exported);
  if (!parsed.success) {
    throw new ConfigError(`its export "analyst" is not one:\n${indented(parsed.error)}`);
  }
  return parsed.data;
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `its params are wrong:\n${indented(error)}`;
  return errorText(error);
}

function indented(error: z.ZodError): string {
  const lines = error.issues.map(({ path, message }) => `    ${path.join('.') || '-'}: ${message}`);
  return lines.join('\n');
}
