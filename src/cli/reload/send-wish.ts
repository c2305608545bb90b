import { ReloadResult } from '#core/model/reload.ts';
import type { ReloadWish } from '#coordinator/reload/config-port.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { loadDesk } from '../desk.ts';
import { DESK_OPTIONS, deskArgs } from '../desk-args.ts';
import type { DeskValues } from '../desk-args.ts';
import { originOf } from '../origin.ts';
import { parseStartFlags } from '../start-flags.ts';
import { deskConfigPort, effective } from './desk-config-port.ts';
import { reloadText } from './show-reload.ts';
import { userName } from '../user-name.ts';

export const WISH_OPTIONS = {
  ...DESK_OPTIONS,
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export interface WishValues extends DeskValues {
  readonly reason?: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** A restart of every agent, each with its drain and its start. */
const WITHIN_MS = 300_000;

/** Has the running desk change its configuration, or writes it down for its next start. */
export async function sendWish(
  wish: ReloadWish,
  values: WishValues,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const flags = parseStartFlags(deskArgs(values), process.cwd());
  const desk = loadDesk(flags, env);
  const { dataDir } = desk;
  const clock = systemClock();
  const starter = { by: userName(), origin: originOf(env) };
  const person = { ...starter, reason: values.reason ?? '' };
  const isDryRun = values['dry-run'] === true;
  const answer = await askDesk(requestFor(wish, { ...person, isDryRun }), {
    dataDir,
    clock,
    withinMs: WITHIN_MS,
  });
  const show = (result: ReloadResult, note: string): number => {
    if (values.json === true) console.log(JSON.stringify(result));
    else console.log([reloadText(result, isDryRun), note].filter(Boolean).join('\n'));
    return result.problems.length > 0 ? EXIT.failed : EXIT.asked;
  };
  if (answer !== undefined) return show(ReloadResult.parse(answer.body), '');
  if (wish.kind === 'reload') {
    console.log('the desk does not run; it reads its configuration when it starts');
    return EXIT.asked;
  }
  const port = deskConfigPort({ flags, env, dataDir, clock, starter, isRunning: false });
  const { changes, warnings, keep } = port.plan(wish, effective(desk));
  const { version: last } = port.history(1);
  const version = isDryRun || changes.length === 0 ? last : keep(person);
  const result = { version, isApplied: false, changes: [...changes], warnings: [...warnings] };
  return show(
    { ...result, problems: [], restarted: [], appliedMs: {} },
    'the desk does not run; its next start has it',
  );
}

function requestFor(
  wish: ReloadWish,
  person: { by: string; origin: string; reason: string; isDryRun: boolean },
): ControlRequest {
  switch (wish.kind) {
    case 'reload':
      return { kind: 'reload', ...person };
    case 'set':
      return { kind: 'set-config', settings: { ...wish.settings }, ...person };
    case 'rollback':
      return { kind: 'rollback', version: wish.version, ...person };
  }
}
