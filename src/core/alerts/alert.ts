import { z } from 'zod';
import { Level } from './level.ts';

/** What people are told about; each can be switched on, silent or off by `notifier.events`. */
export const AlertKind = z.enum([
  'started',
  'stopped',
  'vanished',
  'version',
  'promotion',
  'entry',
  'fill',
  'exit',
  'stop_moved',
  'halt',
  'halt_lifted',
  'agent_failed',
  'agent_recovered',
  'crash_loop',
  'redis',
  'difference',
  'order_unknown',
  'order_cleared',
  'order_foreign',
  'data_stale',
  'data_fresh',
  'drawdown',
  'risk_warn',
  'risk_reduce',
  'risk_halt',
  'risk_normal',
  'config',
  'command',
  'daily_report',
  'weekly_report',
  /** About the notifier itself: what it missed, what it dropped, a test. */
  'notifier',
]);
export type AlertKind = z.output<typeof AlertKind>;

/** Something a person may want to know, before it is decided whether and when it is told. */
export const Alert = z.strictObject({
  kind: AlertKind,
  level: Level,
  atMs: z.number(),
  /** Alerts of one group that follow each other closely become one message with a count. */
  group: z.string(),
  title: z.string(),
  lines: z.array(z.string()).readonly(),
  fields: z.record(z.string(), z.string()).readonly().optional(),
  /** What it says begins with it and goes on: a critical one is repeated until that has ended. */
  condition: z.string().optional(),
  /** The condition that is over with it. */
  ends: z.string().optional(),
});
export type Alert = Readonly<z.output<typeof Alert>>;
