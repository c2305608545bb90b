import type { BadCase } from './bad-case.ts';
import { CONFIG_CASES } from './config-cases.ts';
import { fileDigest, makePlace } from './place.ts';
import type { Outcome } from './place.ts';
import { REDIS_CASES } from './redis-cases.ts';
import { STORAGE_CASES } from './storage-cases.ts';
import { VENUE_CASES } from './venue-cases.ts';

export const BAD_CASES: readonly BadCase[] = [
  ...CONFIG_CASES,
  ...STORAGE_CASES,
  ...REDIS_CASES,
  ...VENUE_CASES,
];

/** Longer than this and a person believes that it works. */
export const SAYS_WITHIN_MS = 25_000;

/** What is said while the machine is prepared is no message about a problem. */
const MESSAGE = /^nightdesk: (?!compiling|installing|bringing|another nightdesk)/gm;

export interface CaseResult {
  readonly outcome: Outcome;
  /** What was not as it has to be, in words. */
  readonly problems: readonly string[];
}

export async function checkCase(bad: BadCase): Promise<CaseResult> {
  await using place = await makePlace();
  bad.prepare?.(place);
  const digest = async (): Promise<string> =>
    bad.broken === undefined ? await place.ledgerDigest() : fileDigest(bad.broken(place));
  const before = await digest();
  const outcome = await (bad.start ?? ((where) => where.start()))(place).catch(notRun);
  const after = await digest();
  const isSame = after === before;
  return {
    outcome,
    problems: [
      ...outcomeProblems(bad, outcome),
      ...(isSame ? [] : [`what was there changed from ${before} to ${after}`]),
    ],
  };
}

/** The case itself went wrong: reported like any other outcome, so that the rest still run. */
function notRun(error: unknown): Outcome {
  return { code: 'not run', stdout: '', stderr: String(error), tookMs: 0, leftovers: [] };
}

function outcomeProblems(bad: BadCase, outcome: Outcome): string[] {
  const { code, stderr, tookMs, leftovers } = outcome;
  const unsaid = bad.says.filter((pattern) => !pattern.test(stderr));
  const messages = stderr.match(MESSAGE)?.length ?? 0;
  return [
    ...(code === bad.code ? [] : [`exit code ${code} in place of ${bad.code}`]),
    ...unsaid.map(({ source }) => `stderr does not say /${source}/`),
    ...(messages === 1 ? [] : [`${messages} messages in place of one`]),
    ...(/^\s+at .+:\d+/m.test(stderr) ? ['stderr shows a stack'] : []),
    ...(tookMs > SAYS_WITHIN_MS ? [`took ${Math.round(tookMs / 1_000)} s`] : []),
    ...(leftovers.length === 0 ? [] : [`left behind: ${leftovers.join(', ')}`]),
  ];
}
