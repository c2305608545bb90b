/** A remote list is checked before it is read: whoever can change it chooses what the desk buys. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { LinkOf } from '#core/pairs/config.ts';
import { PairList } from '#core/pairs/pair-list.ts';
import { errorText, PermanentError } from '#platform/errors.ts';
import { jsonOf } from '#platform/json-of.ts';

interface Received {
  readonly text: string;
  /** Of the text, base64. */
  readonly signature?: string | undefined;
  readonly nowMs: number;
}

/** A list that is what its step expects; anything else is a PermanentError. */
export function readPairList(link: LinkOf<'remote'>, received: Received): PairList {
  const { text, signature, nowMs } = received;
  const bytes = Buffer.from(text, 'utf8');
  if (link.sha256 !== null) {
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== link.sha256) throw unusable('the list has another checksum', { found });
  }
  if (link.public_key !== null && !isSigned(bytes, signature ?? '', link.public_key)) {
    throw unusable('the list is not signed by its key', {});
  }
  const parsed = PairList.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw unusable('the list is no list of pairs', { reason: parsed.error.issues[0]?.message });
  }
  const { valid_until_ms: untilMs } = parsed.data;
  if (untilMs !== undefined && untilMs < nowMs) throw unusable('the list is over', { untilMs });
  return parsed.data;
}

function isSigned(bytes: Buffer, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, bytes, key, Buffer.from(signature.trim(), 'base64'));
  } catch (error) {
    throw unusable('the key of the list cannot be used', { reason: errorText(error) });
  }
}

export function unusable(message: string, details: Record<string, unknown>): PermanentError {
  return new PermanentError('pair-list', message, { details });
}
