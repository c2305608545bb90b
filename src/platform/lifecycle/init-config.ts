import { z } from 'zod';
import { hideInAddresses, isSecretKey } from '../config/secrets.ts';
import { ConfigError } from '../errors.ts';
import { LoggingConfig } from '../log/config.ts';

const WithLogging = z.looseObject({ logging: LoggingConfig });

/** The agent's own part of the config; its schema sees the whole. */
export function parseSlice<S extends z.ZodType>(
  agent: string,
  schema: S,
  config: unknown,
): z.output<S> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.')}: ${issue.message}`,
  );
  throw new ConfigError(`the config does not fit the agent ${agent}:\n${problems.join('\n')}`);
}

export function loggingOf(config: unknown): LoggingConfig {
  const parsed = WithLogging.safeParse(config);
  return parsed.success ? parsed.data.logging : LoggingConfig.parse({});
}

/** Every secret value in a config, wherever it stands, so that the log can leave it out. */
export function secretsOf(config: unknown, key = ''): string[] {
  if (typeof config === 'string') {
    return isSecretKey([key]) && config !== '' ? [config] : [...hideInAddresses(config).secrets];
  }
  if (typeof config !== 'object' || config === null) return [];
  return Object.entries(config).flatMap(([name, inner]) => secretsOf(inner, name));
}
