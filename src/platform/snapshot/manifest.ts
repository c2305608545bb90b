import { z } from 'zod';

/** Within the snapshot, never out of it. */
const InnerPath = z.string().regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'expected a path within it');

/** What a snapshot of a data folder holds, written last: a folder without one is no snapshot. */
export const Manifest = z.strictObject({
  format: z.literal(1),
  /** `full`: everything a desk needs. `before-migration`: the ledger alone, by the ledger itself. */
  kind: z.enum(['full', 'before-migration']),
  createdMs: z.int(),
  /** Of the program that made it. */
  version: z.string(),
  /** Where it was taken from, absolute. */
  dataDir: z.string(),
  /** Undefined when there was no ledger yet. */
  ledger: z
    .strictObject({
      deskId: z.string(),
      schemaVersion: z.int().min(1),
      /** What `ledger check` found in the copy; undefined when it was not asked. */
      problems: z.int().min(0).optional(),
    })
    .optional(),
  files: z.array(
    z.strictObject({
      path: InnerPath,
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = Readonly<z.output<typeof Manifest>>;

export const MANIFEST_FILE = 'manifest.json';
