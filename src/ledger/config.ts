import { z } from 'zod';

/** The `storage` section. */
export const StorageConfig = z.strictObject({
  /** `normal`: a power cut may lose the last commits, a killed process none. `full`: neither. */
  synchronous: z.enum(['normal', 'full']).default('normal'),
});
export type StorageConfig = Readonly<z.output<typeof StorageConfig>>;
