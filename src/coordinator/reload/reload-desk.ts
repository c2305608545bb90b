/** Changes of the configuration as they reach a desk: by request, by signal, by an edited file. */
import { hostname } from 'node:os';
import type { ConfigHistoryPage, ReloadResult } from '#core/model/reload.ts';
import { TransientError } from '#platform/errors.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import type { ConfigPort, ReloadWish } from './config-port.ts';
import { Reloader } from './reloader.ts';
import type { ReloaderPorts } from './reloader.ts';
import { watchFiles } from './watch-files.ts';

export type ReloadControl = Extract<
  ControlRequest,
  { kind: 'reload' | 'rollback' | 'set-config' | 'config-history' }
>;

export interface ReloadDesk {
  answer(request: ReloadControl): Promise<ReloadResult> | ConfigHistoryPage;
  /** Reads the files again; what comes of it is in the log. */
  bySignal(): Promise<void>;
  /** Looks whether a file was edited, and reads them again then. */
  look(): Promise<void>;
  isBusy(): boolean;
}

export interface ReloadDeskPorts extends Omit<ReloaderPorts, 'config'> {
  /** Undefined where a desk runs on a configuration that is no file. */
  readonly config: ConfigPort | undefined;
}

export function reloadDesk(ports: ReloadDeskPorts): ReloadDesk {
  const { config, log } = ports;
  if (config === undefined) return withoutFiles();
  const reloader = new Reloader({ ...ports, config }, firstVersion(config, ports));
  const watch = watchFiles(() => config.files());
  const byItself = async (by: string, reason: string): Promise<void> => {
    const wish = { kind: 'reload' } as const;
    await reloader.run({ wish, by, origin: hostname(), reason, isDryRun: false });
  };
  return {
    answer: (request) => {
      if (request.kind === 'config-history') return config.history(request.limit);
      const { by, origin, reason, isDryRun } = request;
      return reloader.run({ wish: wishOf(request), by, origin, reason, isDryRun });
    },
    bySignal: () => byItself('SIGHUP', ''),
    look: async () => {
      if (await watch.look()) await byItself('file watch', 'a config file was edited');
    },
    isBusy: () => reloader.isBusy,
  };

  function wishOf(request: Exclude<ReloadControl, { kind: 'config-history' }>): ReloadWish {
    switch (request.kind) {
      case 'reload':
        return { kind: 'reload' };
      case 'rollback':
        return { kind: 'rollback', version: request.version };
      case 'set-config':
        return { kind: 'set', settings: request.settings };
    }
  }

  function withoutFiles(): ReloadDesk {
    return {
      answer: () => {
        throw new TransientError('no-files', 'this desk has no config files to read again');
      },
      bySignal: () => {
        log.warn('this desk has no config files to read again');
        return Promise.resolve();
      },
      look: () => Promise.resolve(),
      isBusy: () => false,
    };
  }
}

/** A history that cannot be written must not keep the desk from starting. */
function firstVersion(config: ConfigPort, { log, running }: ReloadDeskPorts): number {
  try {
    return config.begin(running());
  } catch (error) {
    log.error({ err: error }, 'the history of the configuration cannot be written');
    return 0;
  }
}
