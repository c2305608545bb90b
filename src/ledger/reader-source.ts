/**
 * A ledger for those who only look at it: read-only, opened at the first read, opened again after a
 * failure. While execution has not made one yet, or the file cannot be read, a read is refused for
 * now and its reader goes on.
 */
import type { LedgerReader } from './reader.ts';
import { TransientError, errorText } from '#platform/errors.ts';

export interface LedgerSource {
  read<T>(run: (reader: LedgerReader) => Promise<T>): Promise<T>;
  /** Another text whenever a read may give another answer than before. */
  stamp(): Promise<string>;
  close(): Promise<void>;
}

export function ledgerSource(
  open: () => LedgerReader | Promise<LedgerReader>,
  onFailure: (error: unknown) => void,
): LedgerSource {
  let opened: Promise<LedgerReader> | undefined;
  let openings = 0;

  async function reader(): Promise<LedgerReader> {
    if (opened === undefined) {
      openings += 1;
      opened = Promise.resolve().then(open);
    }
    return opened;
  }

  async function close(): Promise<void> {
    const closing = opened;
    opened = undefined;
    // A reader that never opened, or is broken, has nothing to close.
    await closing?.then((it) => it.close()).catch(() => undefined);
  }

  async function read<T>(run: (reader: LedgerReader) => Promise<T>): Promise<T> {
    try {
      return await run(await reader());
    } catch (error) {
      onFailure(error);
      await close();
      throw new TransientError('ledger-unavailable', `the ledger cannot be read now`, {
        cause: error,
        details: { reason: errorText(error) },
      });
    }
  }

  return {
    read,
    // The number of a reader says nothing about that of the one before it.
    stamp: () => read((current) => Promise.resolve(`${openings} ${current.dataVersion()}`)),
    close,
  };
}
