import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from './config.ts';
import { createRedactor } from './redact.ts';
import type { Redactor } from './redact.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** One line: a constant lower-case message, data in fields, an error under `err`. */
export interface LogLine {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  readonly fatal: LogLine;
  /** A log whose lines carry `component`. */
  child(component: string): Log;
}

export interface LogOptions {
  readonly agent: string;
  readonly instance: string;
  /** Lowest level that is written; asked at each line, since it may change while the desk runs. */
  readonly level: () => LogLevel;
  readonly destination: DestinationStream;
  /** Knows the values that are never written, whatever field they stand in. */
  readonly redactor?: Redactor;
}

/** JSON lines with time, level, agent, instance and component; redacted in `redact.ts`. */
export function createLog(options: LogOptions): Log {
  const redactor = options.redactor ?? createRedactor();
  const logger = pino(
    {
      level: 'debug',
      base: { agent: options.agent, instance: options.instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redactor.fields(renamed(fields)),
      },
      // Errors are written by the redactor; pino's own serialiser would copy every property.
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(args, method, level) {
          if (level < (pino.levels.values[options.level()] ?? 0)) return;
          const shown = args.map((arg) => (typeof arg === 'string' ? redactor.text(arg) : arg));
          method.apply(this, shown as Parameters<typeof method>);
        },
      },
    },
    options.destination,
  );
  return wrap(logger);
}

/** Writes nothing; for tests. */
export function silentLog(): Log {
  return wrap(pino({ level: 'silent' }, { write: () => undefined }));
}

// Pino would write a second key of the same name, and readers of JSON differ in which one they take.
const OWN_KEYS = new Set(['level', 'time', 'agent', 'instance', 'component', 'message']);

function renamed(fields: LogFields): LogFields {
  if (!Object.keys(fields).some((key) => OWN_KEYS.has(key))) return fields;
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([key, value]) => [OWN_KEYS.has(key) ? `${key}_` : key, value]),
  );
}

function wrap(logger: Logger): Log {
  return {
    debug: logger.debug.bind(logger) as LogLine,
    info: logger.info.bind(logger) as LogLine,
    warn: logger.warn.bind(logger) as LogLine,
    error: logger.error.bind(logger) as LogLine,
    fatal: logger.fatal.bind(logger) as LogLine,
    child: (component) => wrap(logger.child({ component })),
  };
}
