/** Everywhere a secret of a running desk could come out, as named pieces of bytes. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import type { Desk } from '../desk.ts';

export interface Piece {
  /** `redis nd:states`, `data/ledger.db-wal`... */
  readonly place: string;
  readonly bytes: Buffer;
}

const FILE_BYTES_MAX = 256 * 1_048_576;

/** Every file below a folder but those in which the test itself put secrets. */
export function filePieces(folder: string, except: readonly string[]): Piece[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !except.includes(path) && sizeOf(path) <= FILE_BYTES_MAX)
    .flatMap((path) => bytesOf(path).map((bytes) => ({ place: path.slice(folder.length), bytes })));
}

// Rotated or replaced between the list and the look.
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? Infinity;
}

function bytesOf(path: string): Buffer[] {
  try {
    return [readFileSync(path)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Every row of a database as text: in the file a long one is spread over pages. */
export function databasePieces(path: string): Piece[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
    return tables.map(({ name }) => {
      const rows = database.prepare(`select * from "${String(name)}"`).all();
      return { place: `${path} ${String(name)}`, bytes: Buffer.from(JSON.stringify(rows)) };
    });
  } finally {
    database.close();
  }
}

export async function redisPieces(dataDir: string): Promise<Piece[]> {
  const redis = new Redis({ path: socketPath(dataDir, 'redis.sock') });
  try {
    const keys: string[] = [];
    for await (const batch of redis.scanStream({ count: 1_000 })) keys.push(...(batch as string[]));
    return await Promise.all(
      keys.map(async (key) => ({
        place: `redis ${key}`,
        bytes: Buffer.concat([Buffer.from(key), ...flat(await valueOf(redis, key))]),
      })),
    );
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return await redis.getBuffer(key);
    case 'hash':
      return Object.entries(await redis.hgetallBuffer(key));
    case 'list':
      return await redis.lrangeBuffer(key, 0, -1);
    case 'set':
      return await redis.smembersBuffer(key);
    case 'zset':
      return await redis.zrangeBuffer(key, '0', '-1');
    case 'stream':
      return await redis.xrangeBuffer(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`the key ${key} is of the unknown type ${type}`);
  }
}

function flat(value: unknown): Buffer[] {
  if (Buffer.isBuffer(value)) return [value];
  if (Array.isArray(value)) return value.flatMap((inner) => flat(inner));
  return typeof value === 'string' || typeof value === 'number' ? [Buffer.from(`${value}`)] : [];
}

const Paths = z.looseObject({ paths: z.record(z.string(), z.looseObject({})) });

/** Every answer of the API that needs no name of a thing, the metrics and the pages. */
export async function httpPieces(desk: Desk): Promise<Piece[]> {
  const document = Paths.parse(await desk.get('/docs/json'));
  const paths = ['/docs/json', '/metrics', '/nothing-here', ...Object.keys(document.paths)];
  const plain = [...new Set(paths)].filter((path) => !path.includes('{'));
  return await Promise.all(
    plain.map(async (path) => {
      const answer = await fetch(`${desk.url}${path}`);
      const headers = JSON.stringify([...answer.headers]);
      return { place: `http ${path}`, bytes: Buffer.from(`${headers}${await answer.text()}`) };
    }),
  );
}

/** `argv` and `environ` of one process. */
export function processPieces(name: string, pid: number): Piece[] {
  return (['cmdline', 'environ'] as const).map((file) => ({
    place: `${file} of ${name}`,
    bytes: readFileSync(`/proc/${pid}/${file}`),
  }));
}
