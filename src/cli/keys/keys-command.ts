import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '#platform/clock/system-clock.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { KeyKind, readKeystore, writeKeystore } from '#platform/keystore/keystore-file.ts';
import type { KeystoreEntry } from '#platform/keystore/keystore-file.ts';
import { DESK_OPTIONS, deskOf } from '../desk-args.ts';
import { UsageError } from '../usage-error.ts';
import { addKeys } from './add-keys.ts';
import { openPrompt } from './prompt.ts';

export function keystorePath(dataDir: string): string {
  return join(dataDir, 'keystore.json');
}

/** `keys add NAME`, `keys list`, `keys remove NAME`. */
export async function keysCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...DESK_OPTIONS,
      type: { type: 'string' },
      'private-key': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb, name, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('keys are asked for, never given on the command line');
  const desk = deskOf(values, env);
  const path = keystorePath(desk.dataDir);
  if (verb === 'list') {
    if (name !== undefined) throw new UsageError(`unexpected word "${name}"`);
    listKeys(readKeystore(path), values.json);
    return EXIT.asked;
  }
  if ((verb !== 'add' && verb !== 'remove') || name === undefined) {
    throw new UsageError('expected "keys add NAME", "keys list" or "keys remove NAME"');
  }
  if (verb === 'remove') {
    removeKeys(path, name);
    return EXIT.asked;
  }
  const kind = KeyKind.safeParse(values.type ?? 'hmac');
  if (!kind.success) throw new UsageError('--type is hmac (default) or ed25519');
  if (values['private-key'] !== undefined && kind.data !== 'ed25519') {
    throw new UsageError('--private-key goes with --type ed25519');
  }
  mkdirSync(desk.dataDir, { recursive: true });
  using prompt = openPrompt(process.stdin, process.stderr);
  await addKeys({
    path,
    name,
    kind: kind.data,
    privateKeyFile: values['private-key'],
    env: desk.env,
    prompt,
    clock: systemClock(),
    say: (text) => console.log(text),
  });
  return EXIT.asked;
}

function listKeys(entries: readonly KeystoreEntry[], isJson: boolean): void {
  const shown = entries.map(({ name, kind, addedMs, publicKey, isComplete }) => ({
    name,
    kind,
    addedMs,
    publicKey,
    isComplete,
  }));
  if (isJson) {
    console.log(JSON.stringify(shown));
    return;
  }
  if (shown.length === 0) console.log('no keys; "keys add NAME" adds the first');
  for (const { name, kind, addedMs, publicKey, isComplete } of shown) {
    const added = new Date(addedMs).toISOString().slice(0, 10);
    console.log(
      `${name.padEnd(16)} ${kind.padEnd(8)} added ${added}${isComplete ? '' : ', without its API key'}`,
    );
    if (publicKey !== null) console.log(publicKey.trimEnd().replaceAll(/^/gm, '  '));
  }
}

function removeKeys(path: string, name: string): void {
  const entries = readKeystore(path);
  const kept = entries.filter((entry) => entry.name !== name);
  if (kept.length === entries.length) throw new UsageError(`there are no keys "${name}"`);
  writeKeystore(path, kept);
  console.log(`the keys "${name}" are removed here; delete them at the venue too`);
}
