import { join } from 'node:path';
import type { LoggingConfig } from '#platform/log/config.ts';
import { formatConsole } from './console.ts';
import type { ConsoleOptions } from './console.ts';
import { rotatingFile } from './rotating-file.ts';
import type { RotatingFile } from './rotating-file.ts';

export interface LogRouter {
  /** A line of an agent's output, to its file and, when it matters, to the console. */
  line(from: LineSource, line: string): void;
  /** A line for the file only. */
  quietLine(agent: string, line: string): void;
  linesDropped(): ReadonlyMap<string, number>;
  /** Levels, sizes and numbers; the folder stays. */
  configure(logging: LoggingConfig): void;
  close(): Promise<void>;
}

/** The process a line came from; `members` are the agents that live in it. */
export interface LineSource {
  readonly agent: string;
  readonly instance: string;
  readonly members?: readonly string[];
}

export interface LogRouterOptions {
  readonly directory: string;
  readonly logging: LoggingConfig;
  readonly hasColour: boolean;
  readonly console: (text: string) => void;
}

/** Routes every agent's lines to `<agent>.log`; instances of one agent share a file. */
export function logRouter(options: LogRouterOptions): LogRouter {
  let { logging } = options;
  const files = new Map<string, RotatingFile>();
  let view = viewOf(logging);

  function viewOf({ console_level: minLevel, console_agents: infoAgents }: LoggingConfig) {
    return { minLevel, infoAgents, hasColour: options.hasColour } satisfies ConsoleOptions;
  }

  function fileOf(agent: string): RotatingFile {
    const known = files.get(agent);
    if (known !== undefined) return known;
    const path = join(options.directory, `${agent}.log`);
    const file = rotatingFile({
      path,
      bytesMax: () => logging.max_file_mb * 1_048_576,
      files: () => logging.max_files,
      // Straight to the console: the log of this trouble would meet the same disk.
      onTrouble: (error) => options.console(`cannot write ${path}: ${String(error)}`),
      onRecovered: (lost) => options.console(`writing ${path} again, ${lost} lines were lost`),
    });
    files.set(agent, file);
    return file;
  }

  return {
    line: (from, line) => {
      const guest = guestOf(from, line);
      fileOf(guest ?? from.agent).write(line);
      const text = formatConsole(line, guest ?? from.instance, view);
      if (text !== undefined) options.console(text);
    },
    quietLine: (agent, line) => fileOf(agent).write(line),
    linesDropped: () => new Map([...files].map(([agent, file]) => [agent, file.linesDropped()])),
    configure: (next) => {
      logging = next;
      view = viewOf(next);
    },
    close: async () => {
      await Promise.all([...files.values()].map((file) => file.close()));
    },
  };
}

// Agent and instance stand right behind level and time.
const AGENT = /^.{0,120}?"agent":"([a-z-]+)"/;

/** The agent that a line is of, when it is not the one its process is called after. */
function guestOf({ agent, members = [] }: LineSource, line: string): string | undefined {
  if (members.length < 2) return undefined;
  const said = AGENT.exec(line)?.[1];
  return said !== undefined && said !== agent && members.includes(said) ? said : undefined;
}
