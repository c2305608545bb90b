/** The level of the portfolio on its way from the bus to people, over restarts of the notifier. */
import { expect, it } from 'vitest';
import { openBus } from '#bus/redis/open-bus.ts';
import { risk } from '#bus/states.ts';
import { type RiskLevel, RiskState } from '#core/model/risk-state.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { eventually } from '../support/eventually.ts';
import { notifierDesk } from '../support/notifier/notifier-desk.ts';
import { startReceiver, type WebhookReceiver } from '../support/notifier/webhook-receiver.ts';
import { startRedis } from '../support/redis-server.ts';

const WITHIN = { withinMs: 15_000 };
const COOLDOWN_MS = 15 * 60_000;

function state(level: RiskLevel, atMs: number): RiskState {
  const reasons = level === 'normal' ? [] : [`drawdown 8.00 % is over 7.50 %: ${level}`];
  return RiskState.parse({
    atMs,
    level,
    reasons,
    accountScaler: 1,
    pairs: [],
    correlations: [],
    limits: [],
    figures: {},
  });
}

const kinds = ({ taken }: WebhookReceiver): readonly string[] =>
  taken.map(({ body }) => (JSON.parse(body) as { kind: string }).kind);

it('a level is told once each way, whoever is restarted meanwhile', async () => {
  await using redis = await startRedis();
  await using receiver = await startReceiver();
  await using desk = await notifierDesk({ redisSocket: redis.socketPath });
  await using stack = new AsyncDisposableStack();
  const bus = stack.adopt(
    await openBus({ socketPath: redis.socketPath, instance: 'risk', clock: systemClock() }),
    (open) => open.close(),
  );
  const webhooks = [{ name: 'ops', webhook_url: receiver.url }];
  const told = (count: number) => eventually(() => receiver.taken.length === count, WITHIN);
  const startMs = Date.now();
  const first = await desk.start({ webhooks });

  await bus.set(risk, 'current', state('warn', startMs));
  await told(1);
  await bus.set(risk, 'current', state('reduce', startMs + 30_000));
  await told(2);
  await eventually(async () => {
    const { channels } = await desk.ask(first, { kind: 'status' });
    return channels.every(({ waiting }) => waiting === 0);
  }, WITHIN);
  await first.kill();

  // What a new risk agent says to a new notifier: it forgot that it waits for a recovery, then sees again.
  await desk.start({ webhooks });
  await bus.set(risk, 'current', state('normal', startMs + 60_000));
  await eventually(() => desk.riskBetterSinceMs() === startMs + 60_000, WITHIN);
  await bus.set(risk, 'current', state('reduce', startMs + 90_000));
  await eventually(() => desk.riskBetterSinceMs() === undefined, WITHIN);
  await bus.set(risk, 'current', state('normal', startMs + 120_000));
  await eventually(() => desk.riskBetterSinceMs() === startMs + 120_000, WITHIN);
  await bus.set(risk, 'current', state('normal', startMs + 120_000 + COOLDOWN_MS));
  await told(3);

  expect(kinds(receiver)).toEqual(['risk_warn', 'risk_reduce', 'risk_normal']);
});
