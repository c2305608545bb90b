import { closeSync, ftruncateSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { startDesk } from '../desk.ts';
import type { BadCase } from './bad-case.ts';
import type { Outcome, Place } from './place.ts';

function alter(place: Place, sql: string): void {
  const database = new DatabaseSync(place.ledgerPath);
  database.exec(sql);
  database.close();
}

function cutInHalf(path: string): void {
  const file = openSync(path, 'r+');
  ftruncateSync(file, Math.floor(statSync(path).size / 2));
  closeSync(file);
}

/** Starts with the data folder on a disk of its own; the scripts get the folder as `$data`. */
function onDisk(place: Place, before: string, after = 'true'): Promise<Outcome> {
  const script = `data=$1; shift; ${before} || exit 99; "$@"; code=$?; ${after}; exit $code`;
  return place.start({ enter: ['unshare', '-m', 'sh', '-c', script, 'sh', place.dataDir] });
}

const READ_ONLY = 'mount --bind "$data" "$data" && mount -o remount,ro,bind "$data"';
/** A small disk with everything that was in the folder, and not one free page. */
const FULL = [
  'keep=$(mktemp -d) && cp -a "$data/." "$keep" && mount -t tmpfs -o size=2m none "$data"',
  'cp -a "$keep/." "$data" && { dd if=/dev/zero of="$data/filler" bs=4k 2>/dev/null; true; }',
].join(' && ');
/** Brings the ledger back from it, so that what became of it can be seen. */
const BRING_BACK = [
  'rm -r "$keep"/* && cp -a "$data"/ledger.db* "$keep" && umount "$data"',
  'rm -f "$data"/ledger.db* && cp -a "$keep"/ledger.db* "$data" && rm -r "$keep"',
].join(' && ');

/** Ports, folders, disks and the ledger. */
export const STORAGE_CASES: readonly BadCase[] = [
  {
    name: 'the port is in use',
    code: 2,
    says: [/port \d+ is in use by .*pid \d+/, /gateway\.port/],
    start: async (place) => {
      const server = createServer();
      const listening = Promise.withResolvers<void>();
      server.listen(0, '127.0.0.1', listening.resolve);
      await listening.promise;
      const { port } = server.address() as AddressInfo;
      try {
        return await place.start({ args: ['--port', String(port)] });
      } finally {
        server.close();
      }
    },
  },
  {
    name: 'another desk has the data folder',
    code: 75,
    says: [/another desk \(pid \d+\) runs on the data folder/, /--data-dir/],
    start: async (place) => {
      await using desk = await startDesk({ folder: place.folder, args: ['--pairs', 'BTC/USDT'] });
      await desk.untilReady();
      return await place.start();
    },
  },
  {
    name: 'the data folder is a file',
    code: 2,
    says: [/data folder .* cannot be written/],
    broken: (place) => place.dataDir,
    prepare: (place) => {
      rmSync(place.dataDir, { recursive: true });
      writeFileSync(place.dataDir, 'not a folder');
    },
  },
  {
    name: 'the disk is read-only',
    code: 2,
    says: [/data folder .* cannot be written/, /read-only/i],
    needsRoot: true,
    start: (place) => onDisk(place, READ_ONLY),
  },
  {
    name: 'the disk is full',
    code: 2,
    says: [/disk is full|no space left/i],
    needsRoot: true,
    start: (place) => onDisk(place, FULL, BRING_BACK),
  },
  {
    name: 'the ledger is not a ledger',
    code: 2,
    says: [/ledger\.db/, /damaged or not a ledger/, /backup/],
    broken: (place) => place.ledgerPath,
    prepare: (place) => writeFileSync(place.ledgerPath, 'a text that has the name of a ledger\n'),
  },
  {
    name: 'the ledger is cut off',
    code: 2,
    says: [/ledger\.db/, /damaged or not a ledger/, /backup/],
    broken: (place) => place.ledgerPath,
    prepare: (place) => cutInHalf(place.ledgerPath),
  },
  {
    name: 'the ledger was written by a newer program',
    code: 2,
    says: [/ledger\.db/, /newer version/, /update/],
    broken: (place) => place.ledgerPath,
    prepare: (place) => alter(place, `insert into migrations values (9999, 'from the future', 0)`),
  },
  {
    name: 'the ledger belongs to another desk',
    code: 2,
    says: [/ledger\.db/, /desk with another id/, /desk_id/],
    start: (place) => place.start({ env: { NIGHTDESK__DESK_ID: 'other' } }),
  },
];
