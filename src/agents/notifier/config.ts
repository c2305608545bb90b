import { z } from 'zod';
import { AlertKind } from '#core/alerts/alert.ts';
import { Level } from '#core/alerts/level.ts';
import { ClockTime } from '#core/alerts/quiet-hours.ts';
import { isTimeZone } from '#core/portfolio/calendar.ts';
import { TelegramConfig } from './telegram/config.ts';
import { WebhookConfig } from './webhooks/config.ts';

const Verbosity = z.enum(['on', 'silent', 'off']);

/** Told unless the config says otherwise: a fill is part of an entry or exit that is told anyway. */
const USUAL: Readonly<Partial<Record<AlertKind, z.output<typeof Verbosity>>>> = {
  fill: 'off',
  stop_moved: 'silent',
  order_cleared: 'silent',
  data_fresh: 'silent',
  agent_recovered: 'silent',
  halt_lifted: 'on',
};

const Events = z.strictObject(
  Object.fromEntries(
    AlertKind.options.map((kind) => [kind, Verbosity.default(USUAL[kind] ?? 'on')]),
  ) as Record<AlertKind, z.ZodDefault<typeof Verbosity>>,
);

const QuietHours = z
  .strictObject({
    from: ClockTime.nullable().default(null),
    to: ClockTime.nullable().default(null),
  })
  .refine(({ from, to }) => (from === null) === (to === null), {
    path: ['to'],
    message: 'quiet hours have a begin and an end, or neither',
  });

/** What becomes of a critical message that nobody acknowledges. */
const Repeat = z.strictObject({
  after_minutes: z.number().min(0.05).max(1_440).default(10),
  factor: z.number().min(1).max(10).default(2),
  most_minutes: z.number().min(0.05).max(10_080).default(240),
  /** 0: never again. */
  times_max: z.int().min(0).max(100).default(8),
});

const Reports = z.strictObject({
  daily: z.boolean().default(true),
  weekly: z.boolean().default(true),
  at: ClockTime.default('08:00'),
});

/** Section `notifier` of the config. The notifier runs when it has somebody to tell. */
export const NotifierConfig = z
  .strictObject({
    telegram: TelegramConfig.prefault({}),
    webhooks: z.array(WebhookConfig).max(10).default([]),
    /** Lower ones are not sent by Telegram; each webhook has its own. */
    min_level: Level.default('info'),
    time_zone: z
      .string()
      .refine(isTimeZone, 'expected a time zone such as "Europe/Berlin"')
      .default('UTC'),
    quiet_hours: QuietHours.prefault({}),
    /** After one message of a kind the next ones are gathered for so long, then told as one. */
    gather_seconds: z.number().min(0).max(3_600).default(60),
    repeat: Repeat.prefault({}),
    data_stale_seconds: z.number().min(1).max(86_400).default(60),
    drawdown_steps: z.array(z.number().gt(0).lt(1)).max(20).default([0.02, 0.04, 0.06, 0.08]),
    reports: Reports.prefault({}),
    /** Messages that may wait for one channel; beyond it the least important oldest goes. */
    waiting_max: z.int().min(10).max(100_000).default(1_000),
    events: Events.prefault({}),
  })
  .superRefine(({ webhooks }, context) => {
    const names = ['telegram', ...webhooks.map(({ name }) => name)];
    if (new Set(names).size < names.length) {
      context.addIssue({
        code: 'custom',
        path: ['webhooks'],
        message: 'each webhook needs a name of its own, and "telegram" is taken',
      });
    }
  });
export type NotifierConfig = Readonly<z.output<typeof NotifierConfig>>;
