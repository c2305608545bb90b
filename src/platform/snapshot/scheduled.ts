import { z } from 'zod';

/** What the coordinator asks a backup process for. */
export const ScheduledWish = z.strictObject({
  dataDir: z.string(),
  directory: z.string(),
  keep: z.int().min(1),
});
export type ScheduledWish = Readonly<z.output<typeof ScheduledWish>>;

/** Its last words. */
export const BackupReport = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('made'),
    path: z.string(),
    bytes: z.number(),
    /** That `ledger check` found in it. */
    problems: z.int(),
    seconds: z.number(),
    createdMs: z.int(),
  }),
  z.strictObject({ kind: z.literal('failed'), why: z.string() }),
]);
export type BackupReport = Readonly<z.output<typeof BackupReport>>;
