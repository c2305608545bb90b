import { z } from 'zod';

// Of each token, or of each address without one; 0 sets no limit.
const RateLimits = z.strictObject({
  reads_per_second: z.int().min(0).max(1_000_000).default(200),
  writes_per_minute: z.int().min(0).max(100_000).default(60),
  /** Requests refused for want of a good token, from one address. */
  failures_per_minute: z.int().min(0).max(100_000).default(20),
});

/** Section `gateway` of the config. */
export const GatewayConfig = z.strictObject({
  /** Address to listen on. Anything but loopback needs a token and opens the desk to the network. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free port. */
  port: z.int().min(0).max(65_535).default(8_000),
  request_timeout_seconds: z.number().min(1).max(300).default(10),
  max_connections: z.int().min(1).max(10_000).default(256),
  /** Clients of the stream; they do not count as connections. */
  stream_max_clients: z.int().min(0).max(50_000).default(100),
  /** Whether reads need no token on loopback. */
  open_reads: z.boolean().default(true),
  /** Whether tokens of traders may resume and buy, or only those of admins. */
  traders_may_raise_risk: z.boolean().default(false),
  /** Origins of web pages that may use the API from a browser. */
  cors_origins: z
    .array(z.string().regex(/^https?:\/\/[^/\s*]+$/, 'expected an origin: "https://host:port"'))
    .max(16)
    .default([]),
  rate_limits: RateLimits.prefault({}),
  /** Most decisions kept in history.db; the oldest go first. */
  history_max_decisions: z.int().min(1_000).max(50_000_000).default(250_000),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;

/** What decides who may ask. */
export type AccessConfig = Pick<GatewayConfig, 'host' | 'open_reads' | 'rate_limits'>;
