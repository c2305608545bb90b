/** What the transport tells whoever counts; `metrics.ts` makes Prometheus metrics of it. */
export interface BusObserver {
  /** A message arrived `ageMs` after it was sent. */
  received(message: string, ageMs: number): void;
  sent(message: string, outcome: SendOutcome): void;
  handled(message: string, outcome: HandleOutcome): void;
  depth(queue: string, depth: { waiting: number; dead: number; waitingMax: number }): void;
  gap(topic: string, missed: number): void;
  /** A message or state value that does not fit its declaration was dropped. */
  unreadable(message: string): void;
  connection(isUp: boolean): void;
}

export type SendOutcome = 'sent' | 'unavailable' | 'timeout' | 'full' | 'invalid';
export type HandleOutcome = 'done' | 'retry' | 'dead';

export const silentObserver: BusObserver = {
  received: () => undefined,
  sent: () => undefined,
  handled: () => undefined,
  depth: () => undefined,
  gap: () => undefined,
  unreadable: () => undefined,
  connection: () => undefined,
};

/** The part of a pino logger the transport uses. */
export interface BusLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: BusLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
