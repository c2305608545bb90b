/** What every acceptance item exports: runs it with its flags, prints its figures, says if it passed. */
export type RunItem = (args: readonly string[]) => Promise<boolean>;
