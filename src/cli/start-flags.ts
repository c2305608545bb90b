import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Layer, Leaf, Origin } from '#platform/config/layer.ts';
import { pathKey } from '#platform/config/layer.ts';
import { nearest } from '#platform/config/nearest.ts';
import { UsageError } from './usage-error.ts';

/** A flag and the config key it sets; `text` flags take a value. */
interface Flag {
  readonly key: string;
  readonly kind: 'text' | 'number' | 'list' | 'path';
  readonly value: string;
  readonly help: string;
}

/** Flags that set one config key each. Paths are taken from the folder the person is in. */
const FLAGS: Readonly<Record<string, Flag>> = {
  exchange: {
    key: 'exchange.name',
    kind: 'text',
    value: 'ID',
    help: 'venue: practice (default) or any ccxt exchange id, for its live data',
  },
  timeframe: {
    key: 'timeframe',
    kind: 'text',
    value: 'T',
    help: 'candle length of decisions: 1s 1m 5m 15m 1h ...',
  },
  pairs: { key: 'pairs', kind: 'list', value: 'A/B,C/D', help: 'pairs to trade' },
  seed: {
    key: 'practice.seed',
    kind: 'number',
    value: 'N',
    help: 'seed of the practice exchange: same seed, same market',
  },
  speed: {
    key: 'practice.replay.speed',
    kind: 'number',
    value: 'N',
    help: 'replay: 60 serves each recorded minute as one second',
  },
  from: {
    key: 'practice.replay.from',
    kind: 'text',
    value: 'TIME',
    help: 'replay: start, e.g. 2021-04-20T00:00:00Z',
  },
  port: { key: 'gateway.port', kind: 'number', value: 'N', help: 'port of the API, 0 = any free' },
  'data-dir': {
    key: 'data_dir',
    kind: 'path',
    value: 'D',
    help: 'folder of the ledger, history and sockets',
  },
};

export interface StartFlags {
  /** Config keys set on the command line, the top layer. */
  readonly layer: Layer;
  /** Extra config file, absolute. */
  readonly configFile?: string;
  readonly mode?: 'shadow' | 'production';
  /** Agent to start under `--inspect`. */
  readonly inspect?: string;
  /** Why production is started without a valid promotion. */
  readonly override?: string;
  readonly acceptsDifferences: boolean;
}

/**
 * Reads the flags shared by `start`, `status`, `config show`... `--replay` takes every file up to the
 * next flag.
 * @throws UsageError naming the flag and, for a typo, the nearest one.
 */
export function parseStartFlags(args: readonly string[], cwd: string): StartFlags {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: optionSpecs(),
  });
  const reader = new FlagReader(cwd);
  for (const token of tokens) {
    if (token.kind === 'option') reader.option(token.name, token.rawName, token.value);
    else if (token.kind === 'positional') reader.positional(token.value);
  }
  return reader.finish();
}

function optionSpecs(): Record<string, { type: 'string' | 'boolean' }> {
  const texts = [...Object.keys(FLAGS), 'replay', 'config', 'inspect', 'override'];
  const switches = ['shadow', 'production', 'debug', 'accept-differences'];
  return Object.fromEntries([
    ...texts.map((name) => [name, { type: 'string' as const }]),
    ...switches.map((name) => [name, { type: 'boolean' as const }]),
  ]) as Record<string, { type: 'string' | 'boolean' }>;
}

class FlagReader {
  readonly #cwd: string;
  readonly #leaves: Leaf[] = [];
  readonly #replay: string[] = [];
  #isInReplay = false;
  #configFile: string | undefined;
  #mode: 'shadow' | 'production' | undefined;
  #inspect: string | undefined;
  #override: string | undefined;
  #acceptsDifferences = false;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  option(name: string, rawName: string, value: string | undefined): void {
    this.#isInReplay = name === 'replay';
    if (name === 'shadow' || name === 'production') this.#setMode(name);
    else if (name === 'debug') this.#set('logging.level', 'debug', rawName);
    else if (name === 'replay') this.#replay.push(resolve(this.#cwd, required(rawName, value)));
    else if (name === 'config') this.#configFile = resolve(this.#cwd, required(rawName, value));
    else if (name === 'inspect') this.#inspect = required(rawName, value);
    else if (name === 'override') this.#override = required(rawName, value);
    else if (name === 'accept-differences') this.#acceptsDifferences = true;
    else this.#flag(name, rawName, value);
  }

  positional(value: string): void {
    if (!this.#isInReplay) {
      throw new UsageError(`unexpected word "${value}"`);
    }
    this.#replay.push(resolve(this.#cwd, value));
  }

  finish(): StartFlags {
    if (this.#replay.length > 0) this.#setReplay();
    const positions = new Map(this.#leaves.map((leaf) => [pathKey(leaf.path), leaf.origin]));
    return {
      layer: { source: 'flags', leaves: this.#leaves, positions },
      ...(this.#configFile === undefined ? {} : { configFile: this.#configFile }),
      ...(this.#mode === undefined ? {} : { mode: this.#mode }),
      ...(this.#inspect === undefined ? {} : { inspect: this.#inspect }),
      ...(this.#override === undefined ? {} : { override: this.#override }),
      acceptsDifferences: this.#acceptsDifferences,
    };
  }

  // A minute recorded and served at 60x is a candle of one second.
  #setReplay(): void {
    this.#set('practice.replay.files', this.#replay, '--replay');
    const isSet = (key: string): boolean => this.#leaves.some((leaf) => pathKey(leaf.path) === key);
    if (!isSet('timeframe') && !isSet('practice.replay.speed')) {
      this.#set('timeframe', '1s', '--replay');
    }
  }

  #setMode(mode: 'shadow' | 'production'): void {
    if (this.#mode !== undefined && this.#mode !== mode) {
      throw new UsageError('--shadow and --production exclude each other');
    }
    this.#mode = mode;
    this.#set('mode', mode, `--${mode}`);
  }

  #flag(name: string, rawName: string, value: string | undefined): void {
    const flag = FLAGS[name];
    if (flag === undefined) throw unknownFlag(rawName, name);
    this.#set(flag.key, parseValue(flag, rawName, required(rawName, value), this.#cwd), rawName);
  }

  #set(key: string, value: unknown, name: string): void {
    const origin: Origin = { source: 'flags', name };
    this.#leaves.push({ path: key.split('.'), value, origin });
  }
}

function parseValue(flag: Flag, rawName: string, text: string, cwd: string): unknown {
  switch (flag.kind) {
    case 'text':
      return text;
    case 'path':
      return resolve(cwd, text);
    case 'list':
      return text.split(',').filter((item) => item !== '');
    case 'number': {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) {
        throw new UsageError(`${rawName} expects a number, found "${text}"`);
      }
      return value;
    }
  }
}

function required(rawName: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${rawName} expects a value`);
  return value;
}

function unknownFlag(rawName: string, name: string): UsageError {
  const meant = nearest(name, Object.keys(optionSpecs()));
  return new UsageError(
    `unknown flag ${rawName}${meant === undefined ? '' : `; did you mean --${meant}?`}`,
  );
}

/** Lines for `help`, one a flag. */
export function flagHelp(): string[] {
  const rows: [string, string][] = [
    ['--shadow', 'live data, simulated account (default)'],
    ['--production', 'real orders; needs a valid promotion'],
    ['--override REASON', 'production without a valid promotion; shown and recorded'],
    ['--accept-differences', 'book what the venue has and the ledger cannot explain'],
    ...Object.entries(FLAGS).map(([name, flag]): [string, string] => [
      `--${name} ${flag.value}`,
      flag.help,
    ]),
    ['--replay FILE...', 'trade on recorded candles (CSV, also .gz), one file a pair'],
    ['--config FILE', 'a config file over the defaults'],
    ['--debug', 'debug logs'],
    ['--inspect AGENT', 'start one agent under the Node inspector'],
  ];
  return rows.map(([left, right]) => `  ${left.padEnd(22)} ${right}`);
}
