/**
 * The risk agent as a process beside a real execution: what it publishes lets entries in and keeps them
 * out, a crash of the market cuts what is held, a kill forgets nothing. The test is the coordinator.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { intents } from '#bus/queues.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { epoch, positions, risk } from '#bus/states.ts';
import { deskEvents } from '#bus/topics.ts';
import { type ControlServer, serveControl } from '#coordinator/control-server.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import type { LimitStatus, RiskState } from '#core/model/risk-state.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { hashId } from '#platform/ids.ts';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { silentLog } from '#platform/log/log.ts';
import { type PracticeExchange, startPractice } from '#practice/server/start-practice.ts';
import { type AgentProcess, startAgent } from '../support/agent-process.ts';
import { runDataAgent, type RunningDataAgent, temporaryFolder } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { practiceExchangeConfig } from '../support/practice-exchange-config.ts';

const [BTC, ETH] = ['BTC/USDT', 'ETH/USDT'] as const;
/** How old the word of the risk agent may be. */
const AGE_MAX_MS = 3_000;
const FALL = -0.06;

const clock = systemClock();
const folder = temporaryFolder();
const events: DeskEvent[] = [];
const commands: OperatorCommand[] = [];
let redis: RedisServer;
let exchange: PracticeExchange;
let data: RunningDataAgent;
let bus: RedisBus;
let control: ControlServer;
let execution: AgentProcess;
let agent: AgentProcess;
let count = 0;

beforeAll(async () => {
  redis = await startRedis();
  exchange = await startPractice({ seed: 7, port: 0, log: silentLog(), clock });
  data = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
  bus = await openBus({ socketPath: redis.socketPath, instance: 'test', clock });
  await bus.subscribe(deskEvents, ({ event }) => void events.push(event));
  await bus.set(epoch, 'current', { id: 'first', sinceMs: Math.floor(clock.now()) });
  mkdirSync(join(folder.path, 'run'), { recursive: true });
  control = await serveControl({
    path: socketPath(folder.path, 'control.sock'),
    log: silentLog(),
    concurrencyMax: () => 20,
    handle: async (request) => {
      if (request.kind !== 'command') throw new Error('not in this test');
      const command = OperatorCommand.parse(request.command);
      commands.push(command);
      return tellExecution(command);
    },
  });
  [execution, agent] = await Promise.all([startExecution(), startRisk()]);
});

afterAll(async () => {
  agent.child.kill('SIGCONT');
  await Promise.all([agent.kill(), execution.kill()]);
  await control.close();
  await bus.close();
  await data[Symbol.asyncDispose]();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const shared = () => ({
  mode: 'shadow',
  data_dir: folder.path,
  redis: { socket_path: redis.socketPath },
  logging: { level: 'warn' },
});

/** Positions large enough for a crash to be felt, with stops that it does not reach. */
function startExecution(): Promise<AgentProcess> {
  return startAgent({
    agent: 'execution',
    config: {
      ...shared(),
      desk_id: 'test',
      timeframe: '1m',
      quote_asset: 'USDT',
      pairs: [BTC, ETH],
      exchange: practiceExchangeConfig(exchange.url),
      risk_limits: {
        risk_fraction: 0.02,
        pair_exposure_max: 0.2,
        data_age_max_ms: 10_000,
        risk_state_age_max_ms: AGE_MAX_MS,
        var_max: 1,
      },
    },
  });
}

/** Limits that the crash, which takes more than a percent of the equity, is well over. */
function startRisk(): Promise<AgentProcess> {
  return startAgent({
    agent: 'risk',
    config: {
      ...shared(),
      risk_limits: {
        risk_fraction: 0.001,
        risk_fraction_max: 0.002,
        daily_loss_max: 0.009,
        pair_exposure_max: 0.5,
        stop_distance_max: 0.09,
        drawdown_halt: 0.09,
      },
      risk_agent: {
        check_interval_seconds: 1,
        volatility_target: 10,
        max_portfolio_var: 1,
        optimiser: { method: 'none' },
      },
    },
  });
}

/** Asks as the coordinator does: by the channel of the process. */
async function tellExecution(command: OperatorCommand): Promise<OperatorCommandResult> {
  count += 1;
  const requestId = `request-${count}`;
  const replied = new Promise<unknown>((resolve) => {
    const hear = (raw: unknown): void => {
      const message = FromChild.parse(raw);
      if (message.kind !== 'reply' || message.requestId !== requestId) return;
      execution.child.off('message', hear);
      resolve(message.body);
    };
    execution.child.on('message', hear);
  });
  execution.child.send({ kind: 'request', requestId, body: command });
  return OperatorCommandResult.parse(await replied);
}

/** Sends an entry; gives what execution said of it: `accepted` or its reasons. */
async function enter(pair: string): Promise<string> {
  count += 1;
  const nowMs = Math.floor(clock.now());
  const intent = TradeIntent.parse({
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
    action: 'enter',
    stopDistanceFraction: 0.1,
    targetDistanceFraction: 0.3,
  });
  await bus.send(intents, intent);
  const about = () => events.find((event) => 'intentId' in event && event.intentId === intent.id);
  await eventually(() => about() !== undefined, { withinMs: 3_000, what: `a word on ${pair}` });
  const event = about();
  return event?.kind === 'intent.refused' ? event.reasons.join() : 'accepted';
}

/** The first quotes and feeds may be on their way, so an entry can be refused as stale. */
async function enterUntilHeld(pair: string): Promise<void> {
  let last = '';
  await eventually(
    async () => {
      if ((await bus.get(positions, pair)) !== undefined) return true;
      if (last !== 'accepted') last = await enter(pair);
      return false;
    },
    { withinMs: 10_000, what: `${pair} is held` },
  ).catch((error: unknown) => {
    throw new Error(`last word: ${last}`, { cause: error });
  });
}

async function state(): Promise<RiskState> {
  const found = await bus.get(risk, 'current');
  if (found === undefined) throw new Error('no risk state yet');
  return found;
}

async function dayLoss(): Promise<LimitStatus | undefined> {
  return (await state()).limits.find(({ name }) => name === 'day-loss');
}

async function untilState(what: string, holds: (found: RiskState) => boolean): Promise<void> {
  await eventually(async () => holds(await state()), { withinMs: 6_000, what });
}

const shock = (method: 'POST' | 'DELETE', body?: object) =>
  fetch(`${exchange.url}/practice/shock`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe('the risk agent', () => {
  test('publishes a state that lets entries in', async () => {
    await enterUntilHeld(BTC);

    await untilState('what is held is in the state', ({ figures }) => {
      return (figures['exposure'] ?? 0) > 0 && figures['held_unpriced'] === 0;
    });
    expect((await state()).level).toBe('normal');
  });

  test('that is stopped lets no entry in: its word is too old', async () => {
    agent.child.kill('SIGSTOP');
    const { atMs } = await state();
    await eventually(() => clock.now() > atMs + AGE_MAX_MS, { withinMs: 5_000 });

    expect(await enter(ETH)).toContain('risk-unknown');

    agent.child.kill('SIGCONT');
    await untilState('it looks again', (found) => found.atMs > atMs);
  });

  test('cuts what is held when the market crashes, once', async () => {
    const before = Number((await bus.get(positions, BTC))?.qty);

    await shock('POST', { fraction: FALL, rampMs: 0 });

    await untilState('losses halt', ({ level }) => level === 'halt');
    await eventually(() => commands.length > 0, { withinMs: 3_000, what: 'a sale is told' });
    // Execution knows before it is told to sell: nothing is bought back meanwhile.
    expect(await enter(ETH)).toContain('risk-level');
    await eventually(async () => Number((await bus.get(positions, BTC))?.qty) < 0.6 * before, {
      withinMs: 6_000,
      what: 'half is sold',
    });
    expect(commands).toMatchObject([{ kind: 'order', by: 'risk', order: { side: 'sell' } }]);
  });

  test('that is killed goes on with its levels and tells nothing twice', async () => {
    const before = await dayLoss();
    await agent.kill();
    // Half of the loss is gone when the next one looks: only what it remembers keeps the level.
    await shock('DELETE');
    const killedMs = clock.now();

    agent = await startRisk();
    await untilState('the next one has looked', ({ atMs }) => atMs > killedMs);

    await eventually(async () => ((await dayLoss())?.value ?? 1) < 0.0075, {
      withinMs: 5_000,
      what: 'the loss shrinks',
    });
    expect(await dayLoss()).toMatchObject({ level: 'halt', sinceMs: before?.sinceMs });
    expect(commands).toHaveLength(1);
  });
});
