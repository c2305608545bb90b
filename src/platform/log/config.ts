import { z } from 'zod';

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error', 'fatal']);
export type LogLevel = z.output<typeof LogLevel>;

/** Section `logging` of the config. */
export const LoggingConfig = z.strictObject({
  level: LogLevel.default('info'),
  /** Lowest level shown on the console; `info` shows selected events only. */
  console_level: LogLevel.default('info'),
  /** Agents whose info lines are for the console too; of the others warnings and worse are. */
  console_agents: z.array(z.string()).default(['coordinator', 'execution']),
  /** From the project's folder; null = beside the data (see `directory.ts`). */
  directory: z.string().min(1).nullable().default(null),
  max_file_mb: z.number().positive().max(1024).default(10),
  /** Files kept per agent, the one being written included. */
  max_files: z.int().min(1).max(100).default(5),
});
export type LoggingConfig = z.output<typeof LoggingConfig>;
