import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { LogLevel } from '#platform/log/config.ts';

export interface ConsoleOptions {
  readonly minLevel: LogLevel;
  /** Agents whose info lines are shown: orders, fills, halts, restarts. Others from warn up. */
  readonly infoAgents: readonly string[];
  readonly hasColour: boolean;
}

const Line = z.looseObject({
  level: z.enum(['debug', 'info', 'warn', 'error', 'fatal']),
  time: z.string(),
  instance: z.string(),
  agent: z.string(),
  message: z.string().default(''),
  component: z.string().optional(),
});

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, fatal: 4 };
const COLOUR: Readonly<Record<LogLevel, string>> = {
  debug: '\u001B[2m',
  info: '',
  warn: '\u001B[33m',
  error: '\u001B[31m',
  fatal: '\u001B[31;1m',
};
const RESET = '\u001B[0m';
const HIDDEN = new Set(['level', 'time', 'instance', 'agent', 'message', 'component', 'stderr']);
// Ids lead from line to line in the files; a person who watches reads pairs and prices.
const IDS = new Set(['id', 'epoch', 'intentId', 'evaluationId', 'clientOrderId']);
// Parts of a process whose info lines the coordinator or execution says again in other words:
// ready and stopped, a new epoch, asked by an operator.
const QUIET_COMPONENTS = new Set(['lifecycle', 'bus', 'control']);
const SHORT = { value: 160, line: 400 };
/** What a person has to act on is said to the end. */
const WHOLE = { value: 1_200, line: 2_000 };

/**
 * One short line for a person out of a JSON log line: time, who, what, the fields. Undefined when
 * the line is not for the console. With debug everything is. What is not JSON (a crash) is shown as it came.
 */
export function formatConsole(
  line: string,
  instance: string,
  options: ConsoleOptions,
): string | undefined {
  const parsed = parse(line);
  if (parsed === undefined) return cut(`         ${instance.padEnd(16)} ${line}`, SHORT.line);
  if (!isShown(parsed, options)) return undefined;
  const isDebug = options.minLevel === 'debug';
  const most = RANK[parsed.level] >= RANK.error ? WHOLE : SHORT;
  const fields = Object.entries(parsed)
    .filter(([key]) => !HIDDEN.has(key) && (isDebug || !IDS.has(key)))
    .map(([key, value]) => `${key}=${shown(value, most.value)}`);
  const mark = RANK[parsed.level] >= RANK.warn ? `${parsed.level.toUpperCase()} ` : '';
  const words = [parsed.time.slice(11, 19), parsed.instance.padEnd(16), `${mark}${parsed.message}`];
  const text = cut([...words, ...fields].join(' '), most.line);
  const colour = options.hasColour ? COLOUR[parsed.level] : '';
  return colour === '' ? text : `${colour}${text}${RESET}`;
}

function parse(line: string): z.output<typeof Line> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return Line.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function isShown(line: z.output<typeof Line>, options: ConsoleOptions): boolean {
  const rank = RANK[line.level];
  if (rank < RANK[options.minLevel]) return false;
  if (rank !== RANK.info || options.minLevel === 'debug') return true;
  return options.infoAgents.includes(line.agent) && !QUIET_COMPONENTS.has(line.component ?? '');
}

function shown(value: unknown, most: number): string {
  if (value instanceof Object && 'message' in value && typeof value.message === 'string') {
    return JSON.stringify(value.message);
  }
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  const isPlain = typeof value === 'string' ? /^[^\s"=]+$/.test(text) : true;
  const quoted = isPlain ? text : JSON.stringify(text);
  return quoted.length > most ? `${quoted.slice(0, most)}...` : quoted;
}

// A log line must not be able to move the cursor of the terminal that shows it.
function cut(text: string, most: number): string {
  const plain = stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > most ? `${plain.slice(0, most)}...` : plain;
}
