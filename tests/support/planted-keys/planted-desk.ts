/** A production desk on the practice exchange whose keys can be recognised wherever they come out. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addKeys } from '../../../src/cli/keys/add-keys.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { newEd25519Pair } from '#platform/keystore/ed25519.ts';
import type { Desk } from '../desk.ts';
import { startDesk } from '../desk.ts';
import { needle } from './needles.ts';
import type { Needle } from './needles.ts';
import { databasePieces, filePieces, httpPieces, processPieces, redisPieces } from './places.ts';
import type { Piece } from './places.ts';

export interface PlantedDesk {
  readonly desk: Desk;
  readonly needles: readonly Needle[];
  /** Files in which the secrets were put on purpose. */
  readonly planted: readonly string[];
  /** `--config` and its file. */
  readonly configArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const API_KEY = 'PLANTEDAPIKEYxq7Vt2mK9cW4bZ8rN5yH3jD6fG1sL0pA';
const API_SECRET = 'PLANTEDSECRETw8Rk3Tz6Yp1Xv5Bn9Mq2Jd7Hf4Gs0CeUa';
export const PASSPHRASE = 'PLANTED passphrase of seven quiet words';
const FLAGS = ['--timeframe', '1s', '--seed', '7', '--production'];

/** Where the keys come from. */
export type Planting = 'keystore' | 'environment';

export async function startPlanted(folder: string, planting: Planting): Promise<PlantedDesk> {
  const planted = planting === 'keystore' ? await inKeystore(folder) : inEnvironment(folder);
  const configArgs = ['--config', join(folder, 'planted.yaml')];
  const args = [...FLAGS, ...configArgs, '--override', 'a test with planted keys'];
  // What is found by its own mark shows that the search can find something in such a place.
  const env = { ...planted.env, NIGHTDESK_TEST_MARK: MARK };
  const desk = await startDesk({ args, folder, env });
  return { ...planted, env, desk, configArgs };
}

/** No secret: put where secrets could come out, to see the search find it there. */
export const MARK = 'MARKq4Zt8Wn2Kc6Vb1Xm5Rj9';

async function inKeystore(folder: string) {
  const { privateKey, publicKey } = newEd25519Pair();
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  const privateKeyFile = join(folder, 'private.pem');
  const passphraseFile = join(folder, 'passphrase');
  writeFileSync(privateKeyFile, privateKey, { mode: 0o600 });
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
  const env = { NIGHTDESK_KEYSTORE_PASSPHRASE_FILE: passphraseFile };
  await addKeys({
    path: join(dataDir, 'keystore.json'),
    name: 'main',
    kind: 'ed25519',
    privateKeyFile,
    env,
    prompt: { isTerminal: false, secret: async () => API_KEY, [Symbol.dispose]: () => undefined },
    clock: systemClock(),
    say: () => undefined,
  });
  const account = { uid: 1001, api_key: API_KEY, ed25519_public_key: publicKey };
  const config = writeConfig(folder, { exchange: { keystore: 'main' }, account });
  return {
    needles: [
      needle('private key', privateKey),
      needle('passphrase', PASSPHRASE),
      needle('API key', API_KEY),
    ],
    planted: [config, privateKeyFile, passphraseFile],
    env,
  };
}

function inEnvironment(folder: string) {
  const account = { uid: 1001, api_key: API_KEY, api_secret: API_SECRET };
  const config = writeConfig(folder, { account });
  return {
    needles: [needle('API secret', API_SECRET), needle('API key', API_KEY)],
    planted: [config],
    env: {
      NIGHTDESK__EXCHANGE__API_KEY: API_KEY,
      NIGHTDESK__EXCHANGE__API_SECRET: API_SECRET,
    },
  };
}

function writeConfig(
  folder: string,
  { account, ...sections }: { readonly exchange?: object; readonly account: object },
): string {
  const path = join(folder, 'planted.yaml');
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ ...sections, practice: { accounts: [account] } }), {
    mode: 0o600,
  });
  return path;
}

/** Everything the running desk shows to anybody, and what its commands print. */
export async function everything({
  desk,
  planted,
  configArgs,
}: PlantedDesk): Promise<readonly Piece[]> {
  const picture = await desk.status();
  const pids = [
    { name: 'coordinator', pid: desk.pid },
    ...(picture?.agents ?? []).flatMap(({ instance, pid }) =>
      pid === undefined ? [] : [{ name: instance, pid }],
    ),
  ];
  const commands = [
    ['config', 'show', ...configArgs],
    ['config', 'check', ...configArgs],
    ['status', '--json'],
    ['status', '--once'],
    ['doctor', '--json', '--production', ...configArgs],
    ['keys', 'list', '--json'],
    ['audit', 'show', '--json'],
    ['ledger', 'check', '--json'],
  ];
  const printed: Piece[] = [];
  for (const words of commands) {
    const { stdout, stderr } = await desk.command(words);
    printed.push({
      place: `command ${words.slice(0, 2).join(' ')}`,
      bytes: Buffer.from(stdout + stderr),
    });
  }
  return [
    { place: 'console', bytes: Buffer.from(desk.output()) },
    { place: 'control socket', bytes: Buffer.from(JSON.stringify(picture)) },
    ...printed,
    ...(await redisPieces(desk.dataDir)),
    ...(await httpPieces(desk)),
    ...databasePieces(join(desk.dataDir, 'ledger.db')),
    ...databasePieces(join(desk.dataDir, 'history.db')),
    ...filePieces(desk.folder, planted),
    ...pids.flatMap(({ name, pid }) => processPieces(name, pid)),
  ];
}

export function practiceUrl(desk: Desk): string {
  return `http://127.0.0.1:${readFileSync(join(desk.dataDir, 'run', 'practice.port'), 'utf8').trim()}`;
}
