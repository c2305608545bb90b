/**
 * A snapshot is a folder of files with a manifest of their hashes. It is there whole or not at all:
 * it grows under a name of its own, its files are forced to the disk, and the last step is one
 * rename. Nobody but the owner may read it: it has an account's history.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { DeskError, errorText } from '../errors.ts';
import { Manifest, MANIFEST_FILE } from './manifest.ts';
import { jsonOf } from '../json-of.ts';

const PARTIAL = '.partial-';

/**
 * Makes the folder `path` of what `fill` writes into the folder it is given; it tells which ledger
 * that was.
 * @throws what `fill` throws; DeskError `snapshot.exists`. Nothing is left behind then.
 */
export async function writeSnapshot(
  path: string,
  about: Omit<Manifest, 'format' | 'files' | 'ledger'>,
  fill: (folder: string) => Promise<Manifest['ledger']>,
): Promise<Manifest> {
  if (existsSync(path)) throw new DeskError('snapshot.exists', `${path} is there already`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await sweep(dirname(path));
  const folder = join(dirname(path), `.${basename(path)}${PARTIAL}${process.pid}`);
  try {
    await mkdir(folder, { mode: 0o700 });
    const ledger = await fill(folder);
    const files = await describeFiles(folder);
    const manifest: Manifest = { format: 1, ...about, ...(ledger && { ledger }), files };
    const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
    writeFileSync(join(folder, MANIFEST_FILE), text, { mode: 0o600, flush: true });
    await flush(folder);
    await rename(folder, path);
    await flush(dirname(path));
    return manifest;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Undefined when the folder is no snapshot or its manifest cannot be read. */
export function peekManifest(folder: string): Manifest | undefined {
  try {
    return readManifest(folder);
  } catch {
    return undefined;
  }
}

/** @throws DeskError `snapshot.unreadable` */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new DeskError('snapshot.unreadable', `${folder} is no backup: ${errorText(error)}`);
  }
  const manifest = Manifest.safeParse(jsonOf(text));
  if (manifest.success) return manifest.data;
  const [issue] = manifest.error.issues;
  const where = issue === undefined ? '' : `, ${issue.path.join('.')}: ${issue.message}`;
  throw new DeskError('snapshot.unreadable', `${path} cannot be understood${where}`);
}

/**
 * Reads every file again.
 * @throws DeskError `snapshot.damaged` that names the first file which is not as it was written.
 */
export async function verifySnapshot(folder: string, { files }: Manifest): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path);
    const problem = await differenceOf(path, file);
    if (problem !== undefined) throw new DeskError('snapshot.damaged', `${path} ${problem}`);
  }
}

async function differenceOf(
  path: string,
  { bytes, sha256 }: Manifest['files'][number],
): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size !== bytes) return `has ${size} bytes instead of ${bytes}`;
    return (await hashOf(path)) === sha256 ? undefined : 'is not what was backed up';
  } catch (error) {
    return `cannot be read: ${errorText(error)}`;
  }
}

async function describeFiles(folder: string): Promise<Manifest['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Manifest['files'] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    await flush(path);
    const { size } = await stat(path);
    files.push({ path: relative(folder, path), bytes: size, sha256: await hashOf(path) });
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function flush(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes what a killed process left half made. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(name.split(PARTIAL)[1] ?? Number.NaN);
    if (!name.startsWith('.') || !Number.isInteger(pid) || isRunning(pid)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
