import type { Reading } from '#core/sentiment/stream/reading.ts';
import { errorText } from '#platform/errors.ts';
import type { SourceAnswer } from './sentiment-source.ts';

export interface Part {
  /** For people: a host, the name of a list. No path and no query, which carry keys. */
  readonly name: string;
  read(): Promise<readonly Reading[]>;
}

/** One part that fails does not take the others with it; throws the first error when all do. */
export async function readParts(parts: readonly Part[]): Promise<SourceAnswer> {
  const answers = await Promise.allSettled(parts.map((part) => part.read()));
  const failed = answers.flatMap((answer, place) =>
    answer.status === 'rejected'
      ? [{ name: parts[place]?.name ?? '', reason: answer.reason as unknown }]
      : [],
  );
  const [first] = failed;
  if (first === undefined) return { readings: readingsOf(answers) };
  if (failed.length === parts.length) throw first.reason;
  const told = failed.map(({ name, reason }) => `${name}: ${errorText(reason)}`).join('; ');
  return {
    readings: readingsOf(answers),
    problem: `${failed.length} of ${parts.length} failed: ${told}`,
  };
}

function readingsOf(answers: readonly PromiseSettledResult<readonly Reading[]>[]): Reading[] {
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}
