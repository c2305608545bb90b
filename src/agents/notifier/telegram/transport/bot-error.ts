/** Failures of the Bot API as the desk's own errors, without token, address or payload. */
import { TelegramError } from 'telegraf';
import { type DeskError, PermanentError, TransientError } from '#platform/errors.ts';

// The connection was never there, so nothing can have been done.
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * `details.isUnknown` = it may have been done although no answer came. TransientError: asking again
 * may help. PermanentError: this chat or this message will never be taken.
 */
export function botError(error: unknown, method: string): DeskError {
  if (error instanceof TelegramError) return refusal(error, method);
  const code = codeOf(error);
  const isUnknown = code === undefined || !NOT_SENT.has(code);
  return new TransientError(
    'telegram-unreachable',
    `Telegram does not answer (${code ?? 'cut off'})`,
    {
      details: { method, isUnknown },
    },
  );
}

function refusal(error: TelegramError, method: string): DeskError {
  const { code, description } = error;
  const details = { method, answer: code };
  if (code === 429) {
    const seconds = error.parameters?.retry_after ?? 5;
    return new TransientError('telegram-busy', `Telegram asks for ${seconds} s of silence`, {
      details: { ...details, retryAfterMs: seconds * 1_000 },
    });
  }
  if (code === 409) {
    return new TransientError(
      'telegram-conflict',
      'another program asks for news with the same bot token: end it, or give this desk a bot of its own',
      { details },
    );
  }
  if (code === 401 || code === 404) {
    return new TransientError(
      'telegram-token',
      'Telegram does not know the bot token: take a new one from @BotFather for notifier.telegram.token',
      { details },
    );
  }
  if (code >= 500) {
    return new TransientError('telegram-unreachable', `Telegram answers ${code}`, {
      details: { ...details, isUnknown: true },
    });
  }
  const moved = error.parameters?.migrate_to_chat_id;
  const hint =
    moved === undefined ? '' : `; the group is now ${moved}: change notifier.telegram.chats`;
  return new PermanentError('telegram-refused', `Telegram refuses: ${description}${hint}`, {
    details,
  });
}

/** Of the error or of what caused it: the two ways to call wrap it differently. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : codeOf(error.cause);
}
