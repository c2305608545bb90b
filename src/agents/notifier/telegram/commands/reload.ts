/** /reload: the config files read again; shows what would change, and asks. */
import { type ConfigChange, ReloadResult } from '#core/model/reload.ts';
import { isTighter } from '#core/risk/tighter.ts';
import { bold, type Line, plain } from '../text/line.ts';
import { answer, type Command } from './command.ts';

const EFFECTS: Readonly<Record<ConfigChange['effect'], string>> = {
  now: 'at once',
  restarts: 'restarts',
  'desk-restart': 'only after a restart of the desk',
};

export const reloadCommand: Command = {
  name: 'reload',
  usage: '[REASON]',
  help: 'read the config files again; shows what changes and asks',
  role: 'trader',
  run: async ({ ask }, { args, user, chatId }) => {
    const reply = await ask({
      kind: 'reload',
      by: `telegram:${user.name}`,
      origin: `telegram chat ${chatId}`,
      reason: args.join(' '),
      isDryRun: true,
    });
    if (reply === undefined) return answer([plain('the desk does not answer')]);
    const found = ReloadResult.parse(reply.body);
    if (found.problems.length > 0) {
      return answer([bold('the config is refused, nothing changes'), ...found.problems.map(plain)]);
    }
    if (found.changes.length === 0) return answer([plain('nothing has changed in the config')]);
    return {
      kind: 'confirm',
      label: 'Reload',
      lines: [bold('reload the config?'), ...reloadLines(found)],
      wish: {
        kind: 'reload',
        reason: args.join(' '),
        isRaisingRisk: found.changes.some((change) => !isHarmless(change)),
        changes: changeNames(found),
      },
    };
  },
};

/** Each change in few words, to be compared later. */
export function changeNames({ changes }: ReloadResult): readonly string[] {
  return changes.map(({ key, to }) => `${key}=${to}`);
}

function reloadLines({ changes, warnings }: ReloadResult): readonly Line[] {
  return [
    ...changes.map(({ key, from, to, effect, agents }) => {
      const who = agents.length === 0 ? '' : ` ${agents.join(', ')}`;
      return plain(`${key}: ${from || 'unset'} -> ${to || 'unset'} (${EFFECTS[effect]}${who})`);
    }),
    ...warnings.map((warning) => plain(`warning: ${warning}`)),
  ];
}

// Sections of which no key decides what is bought, how much, or who may ask for it.
const HARMLESS = new Set(['logging', 'metrics', 'tracing', 'backup', 'cache']);

/** Whether nothing more can be lost after a change: a limit that is tighter, or no matter of money. */
function isHarmless({ key, from, to }: ConfigChange): boolean {
  const [section = '', ...rest] = key.split('.');
  if (HARMLESS.has(section)) return true;
  return section === 'risk_limits' && isTighter(rest.join('.'), numberOf(from), numberOf(to));
}

/** Undefined for a key that is not set: 0 would compare as a limit. */
function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}
