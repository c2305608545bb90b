import type { z } from 'zod';
import { DeskError, TransientError } from '#platform/errors.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import type { ControlPorts } from './ports.ts';

/** @throws TransientError while there is nobody to ask, or no answer: the same key may be sent again. */
export async function askCoordinator<S extends z.ZodType>(
  { askDesk }: Pick<ControlPorts, 'askDesk'>,
  request: ControlRequest,
  answer: S,
): Promise<z.output<S>> {
  try {
    const told = await askDesk(request);
    if (told !== undefined) return answer.parse(told.body);
  } catch (error) {
    if (error instanceof TransientError) throw error;
    if (error instanceof DeskError) {
      throw new TransientError('desk-refused', error.message, { cause: error });
    }
    if (isSocketError(error)) throw away(error);
    throw error;
  }
  throw away();
}

function away(cause?: unknown): TransientError {
  const text = 'the coordinator is not there to be asked';
  return new TransientError('coordinator-away', text, { cause });
}

/** It ends in the middle, or has more to do than its socket holds. */
function isSocketError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
