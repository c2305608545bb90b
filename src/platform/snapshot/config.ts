import { z } from 'zod';

/** Section `backup` of the config. */
export const BackupConfig = z
  .strictObject({
    /** Null: only by hand. */
    every_hours: z.number().min(0.1).max(8_760).nullable().default(24),
    /** Older ones are deleted, but only once a newer one holds a book that adds up. */
    keep: z.int().min(1).max(1_000).default(7),
    /** Null: `backups` in the data folder. */
    directory: z.string().min(1).nullable().default(null),
  })
  .prefault({});
export type BackupConfig = Readonly<z.output<typeof BackupConfig>>;
