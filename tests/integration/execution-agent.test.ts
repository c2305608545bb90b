/** Execution as the real process it is: real Redis, real market data from the practice exchange. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { intents } from '#bus/queues.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { account, epoch, positions } from '#bus/states.ts';
import { deskEvents } from '#bus/topics.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { OperatorCommandResult } from '#core/model/operator-command.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { checkLedger } from '#ledger/check/check-ledger.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { hashId } from '#platform/ids.ts';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { silentLog } from '#platform/log/log.ts';
import { type PracticeExchange, startPractice } from '#practice/server/start-practice.ts';
import { type AgentProcess, startAgent } from '../support/agent-process.ts';
import { runDataAgent, type RunningDataAgent, temporaryFolder } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { practiceExchangeConfig } from '../support/practice-exchange-config.ts';

const clock = systemClock();
const folder = temporaryFolder();
const events: DeskEvent[] = [];
let redis: RedisServer;
let exchange: PracticeExchange;
let data: RunningDataAgent;
let bus: RedisBus;
let agent: AgentProcess;
let count = 0;

beforeAll(async () => {
  redis = await startRedis();
  exchange = await startPractice({ seed: 7, port: 0, log: silentLog(), clock });
  data = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
  bus = await openBus({ socketPath: redis.socketPath, instance: 'test', clock });
  await bus.subscribe(deskEvents, ({ event }) => void events.push(event));
  await newEpoch();
  agent = await start();
});

afterAll(async () => {
  await agent.kill();
  await bus.close();
  await data[Symbol.asyncDispose]();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** As the coordinator does when it finds Redis empty. */
function newEpoch(): Promise<void> {
  const sinceMs = Math.floor(clock.now());
  return bus.set(epoch, 'current', { id: `epoch-${sinceMs}`, sinceMs });
}

function start(): Promise<AgentProcess> {
  return startAgent({
    agent: 'execution',
    config: {
      desk_id: 'test',
      mode: 'shadow',
      timeframe: '1m',
      data_dir: folder.path,
      quote_asset: 'USDT',
      pairs: ['BTC/USDT', 'ETH/USDT'],
      exchange: practiceExchangeConfig(exchange.url),
      redis: { socket_path: redis.socketPath },
      // No risk agent runs beside it.
      risk_limits: { data_age_max_ms: 10_000, risk_state_age_max_ms: null },
    },
  });
}

function wish(pair: string, action: object): TradeIntent {
  count += 1;
  const nowMs = Math.floor(clock.now());
  return TradeIntent.parse({
    id: hashId(['test', count]),
    desk: 'test',
    variant: 'main',
    pair,
    timeframe: '1m',
    candleCloseMs: nowMs,
    evaluationId: `${count}`,
    confidence: 0.9,
    receivedMs: nowMs,
    createdMs: nowMs,
    expiresAtMs: nowMs + 30_000,
    ...action,
  });
}

function about(id: string) {
  return { id, by: 'ann', origin: 'here', reason: 'test', issuedMs: Math.floor(clock.now()) };
}

function nextId(): string {
  count += 1;
  return `command-${count}`;
}

/** Asks as the coordinator does: by the channel of the process, not by Redis. */
async function ask(command: object): Promise<OperatorCommandResult> {
  const requestId = nextId();
  const replied = new Promise<unknown>((resolve) => {
    const hear = (raw: unknown): void => {
      const message = FromChild.parse(raw);
      if (message.kind !== 'reply' || message.requestId !== requestId) return;
      agent.child.off('message', hear);
      resolve(message.body);
    };
    agent.child.on('message', hear);
  });
  agent.child.send({ kind: 'request', requestId, body: command });
  return OperatorCommandResult.parse(await replied);
}

const enter = { action: 'enter', stopDistanceFraction: 0.05, targetDistanceFraction: 0.2 };

async function read<T>(
  look: (reader: Awaited<ReturnType<typeof openLedgerReader>>) => Promise<T>,
): Promise<T> {
  const reader = await openLedgerReader(join(folder.path, 'ledger.db'));
  try {
    return await look(reader);
  } finally {
    await reader.close();
  }
}

function openLegs(pair: string): Promise<string[]> {
  return read(async (reader) => {
    const { rows } = await reader.orders({ limit: 200 });
    const open = rows.filter((order) => order.pair === pair && !isEnded(order.status));
    return open.filter(({ status }) => status !== 'created').map(({ leg }) => leg);
  });
}

function positionPairs(): Promise<string[]> {
  return read(async (reader) => (await reader.positions()).map(({ pair }) => pair));
}

const protectedWithin = (pair: string) =>
  eventually(async () => (await openLegs(pair)).toSorted().join() === 'stop,target', {
    withinMs: 5_000,
    what: `${pair} is protected`,
  });

async function enterUntilHeld(pair: string): Promise<TradeIntent> {
  // The first quotes and feeds may still be on their way, so an entry can be refused as stale.
  for (let i = 0; i < 20; i += 1) {
    const intent = wish(pair, enter);
    await bus.send(intents, intent);
    const isHeld = await eventually(async () => (await positionPairs()).includes(pair), {
      withinMs: 1_500,
    }).catch(() => undefined);
    if (isHeld !== undefined) return intent;
  }
  throw new Error(`no position in ${pair}: ${JSON.stringify(events.slice(-5))}`);
}

describe('execution agent', () => {
  test('buys, protects the position and tells everybody', async () => {
    const intent = await enterUntilHeld('BTC/USDT');
    await protectedWithin('BTC/USDT');

    await eventually(async () => (await bus.get(positions, 'BTC/USDT'))?.stopPrice !== undefined, {
      withinMs: 3_000,
    });
    await eventually(async () => (await bus.get(account, 'shadow'))?.openPositions === 1, {
      withinMs: 3_000,
    });
    const kinds = events.filter((e) => 'intentId' in e && e.intentId === intent.id);
    expect(kinds.map(({ kind }) => kind)).toEqual(['intent.accepted']);
  });

  test('answers a second intent for the pair with a reason', async () => {
    const second = wish('BTC/USDT', enter);
    await bus.send(intents, second);

    await eventually(
      () => events.some((e) => e.kind === 'intent.refused' && e.intentId === second.id),
      { withinMs: 3_000 },
    );
    const refused = events.find((e) => e.kind === 'intent.refused' && e.intentId === second.id);
    expect(refused?.kind === 'intent.refused' && refused.reasons).toContain('duplicate-pair');
  });

  test('refuses to run twice on one ledger', async () => {
    await expect(start()).rejects.toThrow(`ended with ${EXIT.tryLater}`);
  });

  test('resumes account, position and stops after a kill, and trades again within 5 s', async () => {
    const before = await read(async (reader) => (await reader.positions()).map(({ qty }) => qty));
    await agent.kill();
    const startMs = performance.now();
    agent = await start();
    const readyMs = performance.now() - startMs;

    await enterUntilHeld('ETH/USDT');
    await protectedWithin('ETH/USDT');

    expect(readyMs).toBeLessThan(5_000);
    expect(await openLegs('BTC/USDT')).toHaveLength(2);
    const btc = await read(async (reader) => (await reader.positions()).map(({ qty }) => qty));
    expect(btc).toEqual(expect.arrayContaining(before));
  });

  test('rewrites its states after Redis was wiped', async () => {
    await redis.command('FLUSHALL');
    await newEpoch();

    await eventually(async () => (await bus.all(positions)).size === 2, { withinMs: 5_000 });
    await eventually(async () => (await bus.get(account, 'shadow'))?.openPositions === 2, {
      withinMs: 3_000,
    });
  });

  test('sells for an exit and takes the stops away', async () => {
    await bus.send(intents, wish('ETH/USDT', { action: 'exit' }));

    await eventually(async () => !(await positionPairs()).includes('ETH/USDT'), {
      withinMs: 5_000,
    });
    await eventually(async () => (await openLegs('ETH/USDT')).length === 0, { withinMs: 3_000 });
  });

  test('closes a pair while Redis is away, and buys it by hand when it is back, once', async () => {
    const close = { ...about('close-by-hand'), kind: 'close', pair: 'BTC/USDT' };
    const buy = { side: 'buy', pair: 'BTC/USDT', stopDistanceFraction: 0.05 };
    const order = { ...about('buy-by-hand'), kind: 'order', order: buy };
    await redis.kill();

    const closed = await ask(close);
    await redis.start();
    await newEpoch();
    await eventually(async () => !(await positionPairs()).includes('BTC/USDT'), {
      withinMs: 10_000,
    });
    await eventually(async () => (await ask({ ...order, id: nextId() })).isDone, {
      withinMs: 20_000,
    });
    await protectedWithin('BTC/USDT');
    const again = await ask({ ...order, id: 'buy-by-hand-again' });

    expect(closed).toMatchObject({ isDone: true });
    expect(closed.message).toMatch(/^selling .* BTC$/);
    expect(again.message).toContain('duplicate-pair');
    expect(await ask({ ...order, id: 'buy-by-hand-again' })).toEqual(again);
    const told = await read((reader) => reader.events({ afterSeq: 0, limit: 10_000 }));
    const done = told.flatMap(({ event }) => (event.kind === 'command.done' ? [event] : []));
    expect(done[0]).toMatchObject({ id: 'close-by-hand', by: 'ann', origin: 'here' });
    expect(done.at(-1)?.result).toBe(again.message);
  });

  test('obeys a command left while it was down, once', async () => {
    await agent.kill();
    mkdirSync(join(folder.path, 'run'), { recursive: true });
    const command = {
      id: 'left-behind',
      kind: 'flatten',
      by: 'test',
      reason: 'nobody home',
      issuedMs: Math.floor(clock.now()),
    };
    writeFileSync(join(folder.path, 'run', 'command.json'), JSON.stringify([command]));
    agent = await start();

    await eventually(async () => (await positionPairs()).length === 0, { withinMs: 8_000 });
    const halts = await read((reader) => reader.halts());
    expect(halts.map(({ kind }) => kind)).toEqual(['paused']);
    const actions = await read((reader) => reader.operatorActions({ limit: 10 }));
    expect(actions.rows.filter(({ id }) => id === 'left-behind')).toHaveLength(1);
  });

  test('leaves a clean ledger and code 0 when it is drained', async () => {
    const exited = new Promise((resolve) => agent.child.once('exit', resolve));
    agent.child.send({ kind: 'drain', withinMs: 5_000 });

    expect(await exited).toBe(EXIT.asked);
    const check = await checkLedger(join(folder.path, 'ledger.db'));
    expect(check.problems).toEqual([]);
    expect(check.counts.fills).toBeGreaterThan(3);
  });
});
