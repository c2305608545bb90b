import { z } from 'zod';

/** Section `gateway` of the config. */
export const GatewayConfig = z.strictObject({
  /** Address to listen on. Anything but loopback opens the desk to the network. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free port. */
  port: z.int().min(0).max(65_535).default(8_000),
  request_timeout_seconds: z.number().min(1).max(300).default(10),
  max_connections: z.int().min(1).max(10_000).default(256),
  /** Most decisions kept in history.db; the oldest go first. */
  history_max_decisions: z.int().min(1_000).max(50_000_000).default(250_000),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;
