import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '#platform/errors.ts';
import { readPrivateFile, writePrivateFile } from '#platform/files/private-file.ts';

/** As long as the keys of the exchange that it is shaped like. */
const KeyText = z.string().regex(/^[\da-f]{64}$/);
const PracticeKeys = z.strictObject({ api_key: KeyText, api_secret: KeyText });
type PracticeKeys = z.output<typeof PracticeKeys>;

type Tree = Readonly<Record<string, unknown>>;

const WithExchange = z.looseObject({
  exchange: z.looseObject({
    name: z.string(),
    api_key: z.string().nullable().default(null),
    keystore: z.string().nullable().default(null),
  }),
  practice: z.looseObject({ accounts: z.array(z.looseObject({})).default([]) }).prefault({}),
});

/**
 * The practice exchange asks for keys like any other. When none are configured, the desk makes a pair
 * once for each data folder and gives it to both sides: execution, and the first practice account.
 */
export function withPracticeKeys(config: Tree, runDir: string): Tree {
  const parsed = WithExchange.parse(config);
  const { exchange, practice } = parsed;
  const [first, ...others] = practice.accounts;
  if (exchange.name !== 'practice' || exchange.api_key !== null || exchange.keystore !== null) {
    return config;
  }
  const keys = keptKeys(join(runDir, 'practice-keys.json'));
  return {
    ...config,
    exchange: { ...exchange, ...keys },
    ...(first === undefined
      ? {}
      : { practice: { ...practice, accounts: [{ ...first, ...keys }, ...others] } }),
  };
}

function keptKeys(path: string): PracticeKeys {
  const text = readPrivateFile(path);
  if (text === undefined) return newKeys(path);
  try {
    return PracticeKeys.parse(JSON.parse(text));
  } catch {
    // The cause would show what stands there.
    throw new ConfigError(`${path} has no keys of the practice exchange; delete it for new ones`);
  }
}

function newKeys(path: string): PracticeKeys {
  const fresh = (): string => randomBytes(32).toString('hex');
  const keys = { api_key: fresh(), api_secret: fresh() };
  writePrivateFile(path, `${JSON.stringify(keys)}\n`);
  return keys;
}
