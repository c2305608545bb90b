/** An agent that does what it should; requests make it misbehave. */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '#platform/errors.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';

// Each agent's wish stands in the config under its name, so one file plays every part.
const Wish = z.looseObject({
  test: z
    .looseObject({
      wishes: z.record(z.string(), z.string()).default({}),
      journal: z.string().default('/dev/null'),
    })
    .prefault({}),
});

await runAgent({
  name: 'steady',
  config: Wish,
  start: async (context) => {
    const { wishes, journal } = context.config.test;
    const note = (what: string): void => {
      writeFileSync(journal, `${context.instance} ${what} ${Date.now()}\n`, { flag: 'a' });
    };
    if (wishes[context.instance] === 'bad-config') throw new ConfigError('timeframe is wrong');
    if (wishes[context.instance] === 'never-ready') await new Promise(() => undefined);
    note('start');
    context.onOrphaned(() => note('orphaned'));
    context.stack.defer(() => note('closed'));
    context.onRequest((body) => {
      const { kind, id } = z.looseObject({ kind: z.string(), id: z.string() }).parse(body);
      note(`command-${kind}`);
      return { id, isDone: true, message: `done by ${context.instance}` };
    });
    misbehave(wishes[context.instance] ?? '', context);
    if (context.agent === 'practice') context.ready({ port: 34_567 });
  },
});

type Context = Parameters<Parameters<typeof runAgent<typeof Wish>>[0]['start']>[0];

function misbehave(wish: string, context: Context): void {
  const once = (run: () => void): void => void context.clock.after(300, run);
  const hold: Buffer[] = [];
  const wishes: Record<string, () => void> = {
    crash: () => once(() => process.nextTick(() => void JSON.parse('no'))),
    exit: () => once(() => process.exit(3)),
    block: () =>
      once(() => {
        for (;;);
      }),
    leak: () =>
      context.every({
        name: 'leak',
        intervalMs: 20,
        run: () => void hold.push(Buffer.alloc(8_388_608, 1)),
      }),
    'no-progress': () => {
      context.progress();
      context.setWork({ inHand: 1, waiting: 0 });
    },
    'ignore-drain': () => {
      context.stack.defer(() => new Promise(() => undefined));
      context.background('stuck', new Promise(() => undefined));
    },
    'flood-messages': () =>
      once(() => {
        for (let i = 0; i < 5_000; i += 1) process.send?.({ kind: 'nonsense', i });
      }),
    'flood-beats': () =>
      once(() => {
        const beat = { kind: 'metrics', families: [] };
        for (let i = 0; i < 5_000; i += 1) process.send?.(beat);
      }),
    'huge-line': () => once(() => void process.stdout.write(`${'x'.repeat(5_000_000)}\n`)),
    unhandled: () => once(() => void Promise.reject(new Error('nobody waits for me'))),
  };
  wishes[wish]?.();
}
