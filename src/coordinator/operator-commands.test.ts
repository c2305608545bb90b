import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { commandFilePath } from '#platform/lifecycle/command-file.ts';
import { silentLog } from '#platform/log/log.ts';
import { operatorCommands } from './operator-commands.ts';

const COMMAND = { id: 'command-1', kind: 'kill-switch', by: 'me', reason: 'storm', issuedMs: 1 };

describe('operatorCommands', () => {
  let dataDir: string;
  beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-'))));
  afterEach(() => rmSync(dataDir, { recursive: true }));

  function setUp() {
    const clock = fakeClock();
    const asked: string[] = [];
    const world = { isReady: true, failure: undefined as Error | undefined };
    const commands = operatorCommands({
      dataDir,
      clock,
      log: silentLog(),
      isReady: () => world.isReady,
      ask: async ({ id }) => {
        asked.push(id);
        await Promise.resolve();
        if (world.failure !== undefined) throw world.failure;
        return { id, isDone: true, message: 'done' };
      },
    });
    const isKept = (): boolean => existsSync(commandFilePath(dataDir));
    return { clock, asked, world, commands, isKept };
  }

  it('keeps no buy for later', async () => {
    const { clock, world, commands, isKept } = setUp();
    world.isReady = false;
    const order = { side: 'buy', pair: 'BTC/USDT' };

    const answer = commands.carryOut({ ...COMMAND, kind: 'order', order });
    await clock.advance(11_000);

    expect(await answer).toMatchObject({
      isDone: false,
      message:
        'execution is down: a buy is not kept for later; whether it arrived, its id tells again',
    });
    expect(isKept()).toBe(false);
  });

  it('asks execution and gives its answer', async () => {
    const { commands, isKept } = setUp();

    expect(await commands.carryOut(COMMAND)).toMatchObject({ isDone: true });
    expect(isKept()).toBe(false);
  });

  it('waits for execution to come back and asks again when it died over the command', async () => {
    const { commands, world, clock, asked } = setUp();
    world.failure = new TransientError('agent-ended', 'execution ended');

    const answer = commands.carryOut(COMMAND);
    await clock.advance(10);
    world.isReady = false;
    await clock.advance(2_000);
    world.isReady = true;
    world.failure = undefined;
    await clock.advance(100);

    expect(await answer).toMatchObject({ isDone: true });
    expect(asked.length).toBeGreaterThanOrEqual(2);
  });

  it('leaves a file for an execution that stays down, and asks it when it is back', async () => {
    const { commands, world, clock, asked, isKept } = setUp();
    world.isReady = false;

    const answer = commands.carryOut(COMMAND);
    await clock.advance(11_000);
    expect(await answer).toMatchObject({ isDone: false });
    expect(isKept()).toBe(true);
    world.isReady = true;
    commands.executionIsReady();
    await clock.advance(10);

    expect(asked).toEqual(['command-1']);
    expect(isKept()).toBe(false);
  });

  it("takes execution's refusal for its answer", async () => {
    const { commands, world, asked, isKept } = setUp();
    world.failure = new PermanentError('agent-refused', 'nothing to flatten');

    expect(await commands.carryOut(COMMAND)).toEqual({
      id: 'command-1',
      isDone: false,
      message: 'nothing to flatten',
    });
    expect(asked).toHaveLength(1);
    expect(isKept()).toBe(false);
  });

  it('refuses what is no command', async () => {
    const { commands, asked } = setUp();

    await expect(commands.carryOut({ kind: 'buy everything' })).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  it('keeps a command in memory when the disk does not take it, and says so', async () => {
    const { commands, world, clock, asked } = setUp();
    world.isReady = false;
    // As on a full or broken disk: the folder cannot be written.
    writeFileSync(join(dataDir, 'run'), '');

    const answer = commands.carryOut(COMMAND);
    await clock.advance(10_000);
    const { isDone, message } = await answer;
    world.isReady = true;
    commands.executionIsReady();
    await clock.advance(10);

    expect(isDone).toBe(false);
    expect(message).toMatch(/could not be written/);
    expect(asked).toEqual([COMMAND.id]);
  });
});
