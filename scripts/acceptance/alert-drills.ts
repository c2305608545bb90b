/** Trouble made on purpose, and the alert that a real Prometheus must raise for it and take back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { clearFaults, postFault } from '../../tests/support/practice.ts';
import type {
  PrometheusServer,
  SeenAlert,
} from '../../tests/support/prometheus/prometheus-server.ts';

export interface Drill {
  readonly title: string;
  /** All of them have to come and go. */
  readonly alerts: readonly Wanted[];
  readonly begin: (desk: Desk) => Promise<void>;
  readonly end: (desk: Desk) => Promise<void>;
}

interface Wanted {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DrillResult {
  readonly title: string;
  readonly alert: string;
  /** From the beginning of the trouble; undefined = never. */
  readonly firedMs: number | undefined;
  /** From its end. */
  readonly resolvedMs: number | undefined;
  readonly summary: string;
}

const LOOK_MS = 250;
const WITHIN_MS = 150_000;
const WORKER = 'trading-worker-1';

const nothing = async (): Promise<void> => undefined;

export const DRILLS: readonly Drill[] = [
  {
    title: 'an agent is stopped (SIGSTOP) until the coordinator replaces it',
    alerts: [{ name: 'NightdeskAgentRestarted', labels: { instance: 'data' } }],
    begin: async (desk) => void process.kill(await desk.pidOf('data'), 'SIGSTOP'),
    end: nothing,
  },
  {
    title: 'all market data ends',
    alerts: [
      { name: 'NightdeskDataStale', labels: { pair: 'BTC/USDT' } },
      { name: 'NightdeskVenueErrors', labels: {} },
      { name: 'NightdeskHalted', labels: { kind: 'data-stale' } },
    ],
    begin: async (desk) => {
      await postFault(practiceUrl(desk), { kind: 'socket-mute', newConnections: true });
      await postFault(practiceUrl(desk), { kind: 'rest-refuse' });
    },
    end: (desk) => clearFaults(practiceUrl(desk)),
  },
  {
    title: 'an operator pauses',
    alerts: [{ name: 'NightdeskPaused', labels: { kind: 'paused' } }],
    begin: (desk) => obey(desk, 'pause'),
    end: (desk) => obey(desk, 'resume'),
  },
  {
    title: 'the kill switch',
    alerts: [{ name: 'NightdeskHaltNeedsYou', labels: { kind: 'kill-switch' } }],
    begin: (desk) => obey(desk, 'kill-switch'),
    end: (desk) => obey(desk, 'resume'),
  },
  {
    title: 'an agent is killed whenever it is back',
    alerts: [
      { name: 'NightdeskAgentCrashLoop', labels: { instance: WORKER } },
      { name: 'NightdeskAgentDown', labels: { instance: WORKER } },
    ],
    begin: killAgainAndAgain,
    end: nothing,
  },
];

export async function runDrill(
  drill: Drill,
  desk: Desk,
  prometheus: PrometheusServer,
): Promise<readonly DrillResult[]> {
  const seen = new Map<string, SeenAlert>();
  const find = async (wanted: Wanted): Promise<SeenAlert | undefined> =>
    (await prometheus.firing()).find((alert) => isWanted(alert, wanted));
  const beginMs = performance.now();
  await drill.begin(desk);
  const fired = await Promise.all(
    drill.alerts.map((wanted) =>
      until(async () => {
        const alert = await find(wanted);
        if (alert !== undefined) seen.set(wanted.name, alert);
        return alert !== undefined;
      }, beginMs),
    ),
  );
  const endMs = performance.now();
  await drill.end(desk);
  const resolved = await Promise.all(
    drill.alerts.map((wanted) => until(async () => (await find(wanted)) === undefined, endMs)),
  );
  return drill.alerts.map(({ name }, index) => ({
    title: drill.title,
    alert: name,
    firedMs: fired[index],
    resolvedMs: fired[index] === undefined ? undefined : resolved[index],
    summary: seen.get(name)?.annotations['summary'] ?? '',
  }));
}

async function until(
  condition: () => Promise<boolean>,
  sinceMs: number,
): Promise<number | undefined> {
  while (performance.now() - sinceMs < WITHIN_MS) {
    // Prometheus itself may be busy for a moment.
    if (await condition().catch(() => false)) return performance.now() - sinceMs;
    await sleep(LOOK_MS);
  }
  return undefined;
}

function isWanted(alert: SeenAlert, { name, labels }: Wanted): boolean {
  return (
    alert.name === name &&
    Object.entries(labels).every(([label, value]) => alert.labels[label] === value)
  );
}

/** Until the coordinator calls it a crash loop: five deaths, each soon after the start. */
async function killAgainAndAgain(desk: Desk): Promise<void> {
  await eventually(
    async () => {
      const worker = (await desk.status())?.agents.find(({ instance }) => instance === WORKER);
      if (worker?.state === 'degraded') return true;
      if (worker?.pid !== undefined) process.kill(worker.pid, 'SIGKILL');
      await sleep(LOOK_MS);
      return false;
    },
    { withinMs: 60_000, what: `${WORKER} is in a crash loop` },
  );
}

async function obey(desk: Desk, command: string): Promise<void> {
  const { code, stderr } = await desk.command([command, '--reason', 'a drill']);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
}

function practiceUrl(desk: Desk): string {
  const port = readFileSync(join(desk.dataDir, 'run', 'practice.port'), 'utf8').trim();
  return `http://127.0.0.1:${port}`;
}
