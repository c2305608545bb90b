/**
 * Every version of the configuration that was in force, with who made it and why: one JSON line each
 * in the data folder, secrets hidden, the oldest dropped. Written and synced before a change is
 * applied, so what runs is always in here.
 */
import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigVersion } from '#core/model/reload.ts';
import { hideInAddresses, maskConfig } from '#platform/config/secrets.ts';
import { readPrivateFile, writePrivateFile } from '#platform/files/private-file.ts';

export interface ConfigHistory {
  /** Oldest first. */
  all(): readonly ConfigVersion[];
  newest(): ConfigVersion | undefined;
  /** @throws ConfigError or a file system error when it cannot be written. */
  append(entry: Omit<ConfigVersion, 'version'>): ConfigVersion;
}

const FILE = 'config-history.jsonl';
/** With some kilobytes each, a megabyte or two. */
const KEPT_MAX = 200;

export function configHistory(dataDir: string, keptMax = KEPT_MAX): ConfigHistory {
  const path = join(dataDir, FILE);

  function all(): readonly ConfigVersion[] {
    const lines = (readPrivateFile(path) ?? '').split('\n');
    return lines.flatMap((line) => {
      const entry = parseLine(line);
      return entry === undefined ? [] : [entry];
    });
  }

  return {
    all,
    newest: () => all().at(-1),
    append: (entry) => {
      const known = all();
      const added = { ...entry, version: (known.at(-1)?.version ?? 0) + 1 };
      if (known.length < keptMax) appendLine(path, JSON.stringify(added));
      else {
        const kept = [...known, added].slice(-Math.ceil(keptMax / 2));
        writePrivateFile(path, kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
      }
      return added;
    },
  };
}

function appendLine(path: string, line: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    // Begins with a new line: one torn by a power cut stays alone.
    appendFileSync(file, `\n${line}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Lines from before a kind of secret was known hold it in plain text. */
function hidden(entry: ConfigVersion): ConfigVersion {
  const changes = entry.changes.map(({ key, from, to }) => ({
    key,
    from: hideInAddresses(from).text,
    to: hideInAddresses(to).text,
  }));
  return { ...entry, changes, config: maskConfig(entry.config) as ConfigVersion['config'] };
}

function parseLine(line: string): ConfigVersion | undefined {
  if (line === '') return undefined;
  try {
    const { data } = ConfigVersion.safeParse(JSON.parse(line));
    return data === undefined ? undefined : hidden(data);
  } catch {
    // Torn by a power cut: that change was not applied either.
    return undefined;
  }
}
