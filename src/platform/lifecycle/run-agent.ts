/**
 * The life of every agent process, and the only place that listens to signals and exits.
 *
 * starting: waits for `init` from the coordinator, parses its part of the config, runs `start`.
 * ready:    beats each second, answers requests.
 * draining: asked by the coordinator, by a first signal, or because the coordinator vanished. The
 *           signal is aborted, the agent closes, background work ends, the stack unwinds. All of
 *           it has one deadline; past it the process ends as it is, since any process may be
 *           killed at any instruction (law 9).
 * A second signal, an unhandled error or `fail` end the process at once.
 */
import type { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { LogLevel } from '../log/config.ts';
import { createLog } from '../log/log.ts';
import { createRedactor } from '../log/redact.ts';
import { stdoutDestination } from '../log/stdout.ts';
import type { AgentSpec } from './agent-context.ts';
import { AgentLife } from './agent-life.ts';
import type { LifePorts } from './agent-life.ts';
import { EXIT } from './exit-codes.ts';
import { loggingOf, secretsOf } from './init-config.ts';
import { parentChannel } from './parent-channel.ts';
import type { ParentChannel } from './parent-channel.ts';

const INIT_WITHIN_MS = 15_000;
const DRAIN_WITHIN_MS = 8_000;

/** Runs an agent; the promise resolves when it has started. */
export async function runAgent<S extends z.ZodType>(spec: AgentSpec<S>): Promise<void> {
  const channel = parentChannel();
  if (channel === undefined) {
    process.stderr.write(`${spec.name} is one part of the desk; start it with ./start-bot.sh\n`);
    process.exit(EXIT.config);
  }
  const clock = systemClock();
  const output = stdoutDestination(clock);
  const init = await firstInit(channel, clock);
  const redactor = createRedactor(secretsOf(init.config));
  let { level } = loggingOf(init.config);
  const logOf = (agent: string, instance: string) =>
    createLog({ agent, instance, level: () => level, destination: output, redactor });
  const log = logOf(init.agent, init.instance);
  const exit = (code: number): never => {
    output.flush();
    process.exit(code);
  };
  const setLogLevel = (next: LogLevel): void => {
    level = next;
  };
  const life = new AgentLife(spec, {
    channel,
    clock,
    log,
    logAs: (agent) => logOf(agent, agent),
    redactor,
    setLogLevel,
    init,
    exit,
  });
  channel.onMalformed(() => log.warn('message of the coordinator does not fit the contract'));
  listen(life, { channel, exit });
  await life.start();
}

function firstInit(channel: ParentChannel, clock: Clock): Promise<LifePorts['init']> {
  return new Promise((resolve) => {
    const timer = clock.after(INIT_WITHIN_MS, () => process.exit(EXIT.lostDependency));
    const cancelGone = channel.onGone(() => process.exit(EXIT.lostDependency));
    const cancel = channel.onMessage((message) => {
      if (message.kind !== 'init') return;
      timer.cancel();
      cancelGone();
      cancel();
      resolve(message);
    });
  });
}

function listen<S extends z.ZodType>(
  life: AgentLife<S>,
  ports: Pick<LifePorts, 'channel' | 'exit'>,
): void {
  ports.channel.onGone(() => life.orphaned());
  ports.channel.onMessage((message) => {
    switch (message.kind) {
      case 'drain':
        life.drain({ reason: 'asked', withinMs: message.withinMs, exitCode: EXIT.asked });
        return;
      case 'request':
        void life.answer(message);
        return;
      case 'config':
        void life.configure(message);
        return;
      case 'init':
        return;
    }
  });
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) ports.exit(EXIT.failed);
      life.drain({ reason: signal, withinMs: DRAIN_WITHIN_MS, exitCode: EXIT.asked });
    });
  }
  process.on('uncaughtException', (error) => life.die(error, 'uncaught error'));
  process.on('unhandledRejection', (error) => life.die(error, 'unhandled rejection'));
}
