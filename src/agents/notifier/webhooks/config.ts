import { z } from 'zod';
import { Level } from '#core/alerts/level.ts';

/** One entry of `notifier.webhooks`. */
export const WebhookConfig = z.strictObject({
  /** Names the channel in metrics and logs. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,23}$/, 'expected lower-case letters, digits or dashes'),
  /** `json` is a body of ours, see docs/agents/notifier.md. */
  format: z.enum(['json', 'discord', 'slack']).default('json'),
  /** Whoever knows it can post: kept as a secret. */
  webhook_url: z.url({ protocol: /^https?$/ }),
  /** Signs what is sent, so that the receiver knows it is the desk's. */
  signing_secret: z.string().min(16).nullable().default(null),
  /** Lower ones are not sent to it. */
  min_level: Level.default('info'),
  timeout_seconds: z.number().min(1).max(60).default(10),
});
export type WebhookConfig = Readonly<z.output<typeof WebhookConfig>>;
