/**
 * The notifier as a real process, beside a real ledger and a control socket that the test holds in
 * its hands. Redis is only there when the test brings one.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { serveControl } from '#coordinator/control-server.ts';
import { RiskMemory } from '#core/alerts/risk-alerts.ts';
import type { NotifierAnswer, NotifierRequest } from '#core/alerts/notifier-request.ts';
import { NotifierAnswer as Answer } from '#core/alerts/notifier-request.ts';
import type { CoordinatorEvent, CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { fund, open } from '#ledger/ledger.fixture.ts';
import type { Ledger } from '#ledger/index.ts';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { runFolder, socketPath } from '#platform/lifecycle/short-path.ts';
import { silentLog } from '#platform/log/log.ts';
import { type AgentProcess, startAgent } from '../agent-process.ts';

const State = z.looseObject({
  reports: z.looseObject({ day: z.string().optional() }),
  memory: z.looseObject({ risk: RiskMemory.optional() }),
});

export interface NotifierDesk extends AsyncDisposable {
  readonly dataDir: string;
  readonly ledger: Ledger;
  /** Commits events, as execution does. */
  happen(...events: DeskEvent[]): Promise<void>;
  /** The coordinator says something. */
  fact(fact: CoordinatorFact): void;
  /** Forgets what the coordinator has said, as an emptied data/run does. */
  forget(): void;
  /** Another ledger in the place of this one. */
  replaceLedger(): Promise<void>;
  /** Keeps a copy of the ledger as it is now. */
  copyLedger(name: string): Promise<void>;
  /** Puts a copy in the place of the ledger, as a restore does. */
  restoreLedger(name: string): Promise<void>;
  start(config?: Readonly<Record<string, unknown>>): Promise<AgentProcess>;
  /** The last day that was reported, as notifier.db has it. */
  reportedDay(): string | undefined;
  /** Since which look the portfolio is better than what was told, as notifier.db has it. */
  riskBetterSinceMs(): number | undefined;
  /** As if no report had been told since that day; only while no notifier runs. */
  forgetReports(day: string): void;
  ask(agent: AgentProcess, request: NotifierRequest): Promise<NotifierAnswer>;
}

export async function notifierDesk(
  around: { readonly redisSocket?: string; readonly dataDir?: string } = {},
): Promise<NotifierDesk> {
  const dataDir = around.dataDir ?? mkdtempSync(join(tmpdir(), 'nd-notifier-'));
  mkdirSync(runFolder(dataDir), { recursive: true });
  const ledgerPath = join(dataDir, 'ledger.db');
  let ledger = await open(ledgerPath, { nowMs: Date.now() });
  await fund(ledger);
  let events: CoordinatorEvent[] = [];
  let seq = 0;
  const control = await serveControl({
    path: socketPath(dataDir, 'control.sock'),
    log: silentLog(),
    concurrencyMax: () => 20,
    handle: (request) => {
      if (request.kind !== 'events') return Promise.reject(new Error('not in this test'));
      const from = request.after > seq ? 0 : request.after;
      const page = events.filter((event) => event.seq > from).slice(0, request.limit);
      return Promise.resolve({ events: page, newestSeq: seq });
    },
  });
  const agents: AgentProcess[] = [];

  return {
    dataDir,
    get ledger() {
      return ledger;
    },
    happen: async (...happened) => {
      await ledger.transaction((tx) => tx.recordEvents(happened, Date.now()));
    },
    fact: (fact) => {
      seq += 1;
      events.push({ seq, atMs: Date.now(), fact });
    },
    forget: () => {
      events = [];
      seq = 0;
    },
    replaceLedger: async () => {
      await ledger.close();
      for (const end of ['', '-wal', '-shm']) rmSync(`${ledgerPath}${end}`, { force: true });
      ledger = await open(ledgerPath, { nowMs: Date.now() + 1 });
      await fund(ledger);
    },
    copyLedger: async (name) => {
      await ledger.close();
      copyFileSync(ledgerPath, join(dataDir, name));
      ledger = await open(ledgerPath, { nowMs: Date.now() });
    },
    restoreLedger: async (name) => {
      await ledger.close();
      for (const end of ['', '-wal', '-shm']) rmSync(`${ledgerPath}${end}`, { force: true });
      copyFileSync(join(dataDir, name), ledgerPath);
      ledger = await open(ledgerPath, { nowMs: Date.now() });
    },
    start: async (config) => {
      const agent = await startAgent({
        agent: 'notifier',
        config: {
          data_dir: dataDir,
          mode: 'shadow',
          quote_asset: 'USDT',
          redis: { socket_path: around.redisSocket ?? join(dataDir, 'no-redis.sock') },
          notifier: { gather_seconds: 0, ...config },
        },
      });
      agents.push(agent);
      return agent;
    },
    reportedDay: () => kept(dataDir)?.reports.day,
    riskBetterSinceMs: () => kept(dataDir)?.memory.risk?.betterSinceMs,
    forgetReports: (day) => {
      const database = new DatabaseSync(join(dataDir, 'notifier.db'));
      database.exec(`update notifier_state set body = json_set(body, '$.reports.day', '${day}')`);
      database.close();
    },
    ask: (agent, body) => askAgent(agent, body),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(agents.map((agent) => agent.kill()));
      await control.close();
      await ledger.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the notifier remembers. */
function kept(dataDir: string): z.output<typeof State> | undefined {
  const database = new DatabaseSync(join(dataDir, 'notifier.db'), { readOnly: true });
  const row = database.prepare('select body from notifier_state').get();
  database.close();
  return row === undefined ? undefined : State.parse(JSON.parse(String(row['body'])));
}

let lastRequest = 0;

async function askAgent({ child }: AgentProcess, body: NotifierRequest): Promise<NotifierAnswer> {
  lastRequest += 1;
  const requestId = `test-${lastRequest}`;
  const answer = Promise.withResolvers<unknown>();
  const onMessage = (raw: unknown): void => {
    const message = FromChild.parse(raw);
    if (message.kind === 'reply' && message.requestId === requestId) answer.resolve(message);
  };
  child.on('message', onMessage);
  child.send({ kind: 'request', requestId, body });
  const reply = await answer.promise;
  child.off('message', onMessage);
  return Answer.parse((reply as { readonly body: unknown }).body);
}
