import { nearest } from '#platform/config/nearest.ts';
import { flagsOf } from './help.ts';
import { UsageError } from './usage-error.ts';

/** What a person typed wrong, in words; undefined for any other error. */
export function usageText(error: unknown, command: string | undefined): string | undefined {
  if (error instanceof UsageError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !code.startsWith('ERR_PARSE_ARGS')) return undefined;
  // Commands read their flags with parseArgs, whose first sentence says what is wrong.
  const [first = ''] = error.message.split('. ');
  const [, word] = /'(.*?)'/.exec(first) ?? [];
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `unknown flag ${word}${didYouMean(word, command)}`;
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `unexpected word "${word}"`;
    default:
      return first;
  }
}

function didYouMean(flag = '', command = ''): string {
  const meant = nearest(flag, flagsOf(command));
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
