import type { ConfigChange, ReloadResult } from '#core/model/reload.ts';

const SHOWN_MAX = 60;

/** What came of a change of the configuration, or what would come of it. */
export function reloadText(result: ReloadResult, isDryRun: boolean): string {
  const { changes, warnings, problems, isApplied } = result;
  return [
    ...changes.map(changeLine),
    ...warnings.map((text) => `warning  ${text}`),
    ...problems.map((text) => `problem  ${text}`),
    verdict(result, isDryRun),
    ...(isApplied ? [timesLine(result)] : []),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function verdict(result: ReloadResult, isDryRun: boolean): string {
  const { version, isApplied, problems, changes, restarted } = result;
  if (isApplied) {
    const restarts = restarted.length === 0 ? '' : `, restarted: ${restarted.join(', ')}`;
    return `version ${version} is in force${restarts}`;
  }
  if (problems.length > 0) return `refused, nothing has changed; version ${version} stays in force`;
  if (changes.length === 0) return `nothing has changed; version ${version} stays in force`;
  if (!isDryRun) return `version ${version} is written down`;
  const restarts = restarted.length === 0 ? '' : `; it would restart ${restarted.join(', ')}`;
  return `this would be applied${restarts}`;
}

function changeLine({ key, from, to, effect, agents }: ConfigChange): string {
  const how = {
    now: `at once: ${agents.join(', ')}`,
    restarts: `restarts ${agents.join(', ')}`,
    'desk-restart': 'needs a restart of the desk',
  }[effect];
  return `${key}: ${short(from)} -> ${short(to)}  (${how})`;
}

function short(text: string): string {
  if (text === '') return 'not set';
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}

function timesLine({ appliedMs }: ReloadResult): string {
  const times = Object.entries(appliedMs).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  return times.length === 0 ? '' : `applied in ms: ${times.join(', ')}`;
}
