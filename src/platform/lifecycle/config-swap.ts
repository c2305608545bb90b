/**
 * A new configuration in a running agent, in two steps that the coordinator orders. Prepare checks
 * it and gets ready whatever takes time; nothing changes. Commit swaps it in one turn of the loop,
 * so no work ever sees half of it. A new prepare or an abort forgets the one before.
 */
import type { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import { ConfigError } from '../errors.ts';
import type { LogLevel } from '../log/config.ts';
import type { Redactor } from '../log/redact.ts';
import type { ConfigNote } from './contract.ts';
import { loggingOf, parseSlice, secretsOf } from './init-config.ts';

/** Swaps what the agent works with. Must not wait and must not throw. */
export type ApplyConfig<C> = (config: C, note: ConfigNote) => void;

/**
 * Looks at a configuration before anything is swapped: throws ConfigError to refuse it, returns what
 * the operator should know. The same object comes to the swap.
 */
export type PrepareConfig<C> = (config: C) => readonly string[] | Promise<readonly string[]>;

export interface ConfigSwapPorts {
  readonly agent: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly setLogLevel: (level: LogLevel) => void;
}

interface Prepared<C> {
  readonly version: number;
  readonly level: LogLevel;
  readonly config: C;
  readonly note: ConfigNote;
}

export class ConfigSwap<S extends z.ZodType> {
  readonly #schema: S;
  readonly #ports: ConfigSwapPorts;
  readonly #apply: ApplyConfig<z.output<S>>[] = [];
  readonly #prepare: PrepareConfig<z.output<S>>[] = [];
  #prepared: Prepared<z.output<S>> | undefined;

  constructor(schema: S, ports: ConfigSwapPorts) {
    this.#schema = schema;
    this.#ports = ports;
  }

  onConfig(apply: ApplyConfig<z.output<S>>): void {
    this.#apply.push(apply);
  }

  onPrepare(prepare: PrepareConfig<z.output<S>>): void {
    this.#prepare.push(prepare);
  }

  /** @throws ConfigError when the agent cannot work with it. */
  async prepare(
    version: number,
    whole: unknown,
    note: ConfigNote,
  ): Promise<{ readonly warnings: readonly string[] }> {
    this.#prepared = undefined;
    const config = parseSlice(this.#ports.agent, this.#schema, whole);
    // Before anything could write one of them into the log.
    for (const secret of secretsOf(whole)) this.#ports.redactor.hide(secret);
    const warnings: string[] = [];
    for (const look of this.#prepare) warnings.push(...(await look(config)));
    const { level } = loggingOf(whole);
    this.#prepared = { version, level, config, note };
    return { warnings };
  }

  /** @throws ConfigError when another version, or none, was prepared: then nothing is swapped. */
  commit(version: number): { readonly appliedMs: number } {
    const sinceMs = this.#ports.clock.monotonic();
    const prepared = this.#prepared;
    if (prepared?.version !== version) {
      throw new ConfigError('this version of the configuration was not prepared');
    }
    this.#prepared = undefined;
    this.#ports.setLogLevel(prepared.level);
    for (const apply of this.#apply) apply(prepared.config, prepared.note);
    return { appliedMs: this.#ports.clock.monotonic() - sinceMs };
  }

  abort(): void {
    this.#prepared = undefined;
  }
}
