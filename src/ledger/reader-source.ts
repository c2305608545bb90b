/**
 * A ledger for those who only look at it: read-only, opened at the first read, opened again after a
 * failure. While execution has not made one yet, or the file cannot be read, a read is refused for
 * now and its reader goes on.
 */
import type { LedgerReader } from './reader.ts';
import { TransientError, errorText } from '#platform/errors.ts';

export interface LedgerSource {
  read<T>(run: (reader: LedgerReader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function ledgerSource(
  open: () => LedgerReader | Promise<LedgerReader>,
  onFailure: (error: unknown) => void,
): LedgerSource {
  let opened: Promise<LedgerReader> | undefined;

  async function reader(): Promise<LedgerReader> {
    opened ??= Promise.resolve().then(open);
    return opened;
  }

  async function close(): Promise<void> {
    const closing = opened;
    opened = undefined;
    // A reader that never opened, or is broken, has nothing to close.
    await closing?.then((it) => it.close()).catch(() => undefined);
  }

  return {
    read: async (run) => {
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
    },
    close,
  };
}
