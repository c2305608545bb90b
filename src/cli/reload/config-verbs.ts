/** `config set`, `config rollback`, `config history` and `config diff`. */
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { ConfigVersion } from '#core/model/reload.ts';
import { configHistory } from '#desk-config/config-history.ts';
import { configDiff, shownValue } from '#platform/config/diff.ts';
import { DESK_OPTIONS, deskOf } from '../desk-args.ts';
import type { DeskValues } from '../desk-args.ts';
import { table } from '../status/table.ts';
import { UsageError } from '../usage-error.ts';
import { sendWish, WISH_OPTIONS } from './send-wish.ts';

type Verb = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<number> | number;

const SHOWN = 20;

export const CONFIG_VERBS: Readonly<Record<string, Verb>> = {
  set: async (args, env) => {
    const { values, positionals } = words(args);
    const [key, text, ...rest] = positionals;
    if (key === undefined || text === undefined || rest.length > 0) {
      throw new UsageError(
        'expected "config set KEY VALUE", e.g. risk_limits.open_positions_max 5',
      );
    }
    return await sendWish({ kind: 'set', settings: { [key]: valueOf(text) } }, values, env);
  },
  rollback: async (args, env) => {
    const { values, positionals } = words(args);
    if (positionals.length !== 1) throw new UsageError('expected "config rollback VERSION"');
    return await sendWish({ kind: 'rollback', version: versionIn(positionals[0]) }, values, env);
  },
  history: (args, env) => {
    const options = {
      ...DESK_OPTIONS,
      limit: { type: 'string' },
      json: { type: 'boolean' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const limit = values.limit === undefined ? SHOWN : versionIn(values.limit);
    const shown = versionsOf(values, env).slice(-limit).toReversed();
    if (values.json === true)
      console.log(
        JSON.stringify(shown.map((one) => ConfigVersion.omit({ config: true }).strip().parse(one))),
      );
    else console.log(historyText(shown));
    return 0;
  },
  diff: (args, env) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: DESK_OPTIONS,
      allowPositionals: true,
    });
    const all = versionsOf(values, env);
    if (positionals.length < 1 || positionals.length > 2) {
      throw new UsageError('expected "config diff VERSION [VERSION]"');
    }
    const from = found(all, versionIn(positionals[0]));
    const to = positionals[1] === undefined ? all.at(-1) : found(all, versionIn(positionals[1]));
    console.log(diffText(from, to ?? from));
    return 0;
  },
};

function words(args: readonly string[]) {
  return parseArgs({ args: [...args], options: WISH_OPTIONS, allowPositionals: true });
}

/** Read as YAML, as in a file: 5, true, [A/B, C/D]; what is no YAML is plain text. */
function valueOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

function versionIn(text: string | undefined): number {
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return version;
  throw new UsageError(`expected a whole number above 0, found "${text ?? ''}"`);
}

function versionsOf(values: DeskValues, env: NodeJS.ProcessEnv): readonly ConfigVersion[] {
  const { dataDir } = deskOf(values, env);
  return configHistory(dataDir).all();
}

function found(all: readonly ConfigVersion[], version: number): ConfigVersion {
  const entry = all.find((one) => one.version === version);
  if (entry !== undefined) return entry;
  const [first, last] = [all.at(0)?.version ?? 0, all.at(-1)?.version ?? 0];
  throw new UsageError(`there is no version ${version}; ${first} to ${last} are kept`);
}

function historyText(versions: readonly ConfigVersion[]): string {
  if (versions.length === 0) return 'no version yet; the first start writes one';
  const rows = versions.map(({ version, atMs, by, origin, cause, reason, changes }) => [
    String(version),
    new Date(atMs).toISOString().slice(0, 19),
    cause,
    `${by} (${origin})`,
    changes
      .map(({ key, from, to }) => `${key} ${from} -> ${to}`)
      .join(', ')
      .slice(0, 100),
    reason,
  ]);
  return table([['version', 'UTC', 'cause', 'who', 'changes', 'reason'], ...rows], [0]).join('\n');
}

function diffText(from: ConfigVersion, to: ConfigVersion): string {
  const lines = configDiff(from.config, to.config).map(
    ({ key, path, from: before, to: after }) =>
      `${key}: ${shownValue(before, path) || 'not set'} -> ${shownValue(after, path) || 'not set'}`,
  );
  const title = `version ${from.version} -> ${to.version}`;
  return lines.length === 0 ? `${title}: no difference` : [title, ...lines].join('\n');
}
