/**
 * Decisions are text that repeats itself: packed they take an eighth. The ledger stays as it is, so
 * that anything can open it.
 */
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

const SUFFIX = '.zst';
const FAST = 3;

export function isPacked(path: string): boolean {
  return path.endsWith(SUFFIX);
}

export function unpackedName(path: string): string {
  return isPacked(path) ? path.slice(0, -SUFFIX.length) : path;
}

/** Replaces a file by its packed form, `name.zst`, with a checksum of what was packed. */
export async function pack(path: string): Promise<void> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants;
  const packer = createZstdCompress({ params: { [level]: FAST, [checksum]: 1 } });
  await pipeline(
    createReadStream(path),
    packer,
    createWriteStream(`${path}${SUFFIX}`, { mode: 0o600 }),
  );
  rmSync(path);
}

/** @throws when the packed file is damaged. */
export async function unpack(from: string, to: string): Promise<void> {
  const file = createWriteStream(to, { mode: 0o600, flush: true });
  await pipeline(createReadStream(from), createZstdDecompress(), file);
}
