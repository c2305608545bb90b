import { UsageError } from './usage-error.ts';

export interface PromoteArgs {
  readonly verb: 'promote' | 'status' | 'revoke';
  readonly confirm: string | undefined;
  readonly reason: string | undefined;
  readonly isJson: boolean;
  /** The rest: the flags of a start say which desk is meant. */
  readonly startFlags: readonly string[];
}

/** Takes out what is `promote`'s own; everything else are flags of the start that is promoted. */
export function promoteArgs(args: readonly string[]): PromoteArgs {
  const [first] = args;
  const verb = first === 'status' || first === 'revoke' ? first : 'promote';
  const rest = verb === 'promote' ? [...args] : args.slice(1);
  const startFlags: string[] = [];
  let [confirm, reason, isJson]: [string | undefined, string | undefined, boolean] = [
    undefined,
    undefined,
    false,
  ];
  for (let n = 0; n < rest.length; n += 1) {
    const word = rest[n] ?? '';
    if (word === '--json') isJson = true;
    else if (word === '--confirm') confirm = valueAfter(rest, (n += 1), word);
    else if (word === '--reason') reason = valueAfter(rest, (n += 1), word);
    else startFlags.push(word);
  }
  if (verb === 'revoke' && reason === undefined) {
    throw new UsageError('promote revoke needs --reason TEXT, which is recorded');
  }
  return { verb, confirm, reason, isJson, startFlags };
}

function valueAfter(words: readonly string[], place: number, flag: string): string {
  const value = words[place];
  if (value === undefined) throw new UsageError(`${flag} expects a value`);
  return value;
}
