/**
 * A text message as it goes over the wire (RFC 6455, 5.2), made once for all who get it. Servers do
 * not mask, so the bytes are the same for everyone.
 */
const FINAL_TEXT = 0x81;
const SHORT_MAX = 125;
const LONG_MARK = 126;
const LONG_MAX = 0xff_ff;
const LONGEST_MARK = 127;
const SHORT_HEADER = 2;
const LONG_HEADER = 4;
const LONGEST_HEADER = 10;

export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = headerBytes(length);
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_TEXT;
  if (header === SHORT_HEADER) frame[1] = length;
  if (header === LONG_HEADER) {
    frame[1] = LONG_MARK;
    frame.writeUInt16BE(length, SHORT_HEADER);
  }
  if (header === LONGEST_HEADER) {
    frame[1] = LONGEST_MARK;
    frame.writeBigUInt64BE(BigInt(length), SHORT_HEADER);
  }
  frame.write(text, header);
  return frame;
}

/** What the server says of the stream itself; data has a channel instead of a kind. */
export type ControlMessage =
  | {
      readonly kind: 'subscribed';
      readonly channels: readonly string[];
      readonly pairs?: readonly string[];
      /** Events come from the one after this. */
      readonly seq?: number;
    }
  /** Events are missing: read the state anew, what happened after `seq` follows. */
  | { readonly kind: 'reset'; readonly reason: string; readonly seq: number }
  /** The line is alive, and everything up to `seq` was sent. */
  | { readonly kind: 'mark'; readonly atMs: number; readonly seq?: number }
  | { readonly kind: 'error'; readonly detail: string };

export function controlFrame(message: ControlMessage): Buffer {
  return textFrame(JSON.stringify(message));
}

function headerBytes(length: number): number {
  if (length <= SHORT_MAX) return SHORT_HEADER;
  return length <= LONG_MAX ? LONG_HEADER : LONGEST_HEADER;
}
