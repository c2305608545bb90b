import type { Level } from '#core/alerts/level.ts';

/** One message as every channel gets it: plain text; how it looks is the channel's affair. */
export interface OutgoingMessage {
  /** Unique, and the same when it is sent once more. */
  readonly id: string;
  readonly atMs: number;
  readonly level: Level;
  /** What it is about: `fill`, `halt`, `daily-report`... */
  readonly kind: string;
  readonly title: string;
  /** Plain text without any markup; may be empty. */
  readonly lines: readonly string[];
  /** The same facts by name, for programs. */
  readonly fields?: Readonly<Record<string, string>>;
  /** To be shown without a sound. */
  readonly isSilent: boolean;
  readonly picture?: Uint8Array;
  /** It was in hand when the process died: perhaps it has been sent already. */
  readonly isRepeat?: boolean;
  /** What to give to `acknowledge` when the reader presses the button. */
  readonly acknowledge?: string;
}

export interface Channel {
  /** Unique, and a label of metrics: `telegram`, `discord`... */
  readonly name: string;
  /**
   * Resolves when the other side has it. Never called again before the last call has ended.
   * @throws TransientError (`details.retryAfterMs` when the other side says so) to be asked again,
   * PermanentError when this message will never be taken.
   */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<void>;
}
