/** What vps.ts runs inside its machine. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { AgentStatus } from '#core/model/agent-status.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { canNotify, notifySocket, type NotifySocket } from '../../tests/support/notify-socket.ts';
import { findings, type Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { memoryGroup, type MemoryGroup } from './memory-group.ts';

const SCRIPT = '/opt/nightdesk/scripts/install-service.sh';
const UNIT = '/etc/systemd/system/nightdesk.service';
const DATA = '/var/lib/nightdesk';
const SOCKET = `@nightdesk-vps-${process.pid}`;
const MINUTES = 30;
const LIMIT_BYTES = 1_073_741_824;
const PSS_BYTES_MAX = 512 * 1_048_576;
const EVERY_MS = 5_000;
const WATCHDOG_US = 60_000_000;

interface Machine {
  readonly report: Findings;
  readonly manager: NotifySocket;
  readonly child: ChildProcess;
}

function sh(command: string): { readonly code: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  return { code: status, text: `${stdout}${stderr}`.trim() };
}

/** False when there is nothing to go on with. */
function checkInstall(report: Findings): boolean {
  const first = sh(SCRIPT);
  report.check('installs', first.code === 0, first.text.split('\n').at(-1) ?? '');
  if (first.code !== 0) return false;
  const again = sh(SCRIPT);
  report.check('again changes nothing', again.text.includes('is up to date'), `exit ${again.code}`);
  const verify = sh(`systemd-analyze verify ${UNIT}`);
  report.check(
    'systemd-analyze verify',
    verify.code === 0 && verify.text === '',
    verify.text || 'clean',
  );
  const security = sh(`systemd-analyze security --offline=true ${UNIT}`).text;
  report.note(
    'systemd-analyze security',
    /exposure level.*$/m.exec(security)?.[0] ?? 'not to be had',
  );
  return true;
}

/** The lines of the unit that a shell can keep: who, what, with which environment and limits. */
function startAsUnit(group: MemoryGroup | undefined): ChildProcess {
  const unit = readFileSync(UNIT, 'utf8');
  const lines = (key: string): string[] =>
    unit
      .split('\n')
      .flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
  const [words = ''] = lines('ExecStart');
  const [user = ''] = lines('User');
  const env = [...lines('Environment'), `NOTIFY_SOCKET=${SOCKET}`, `WATCHDOG_USEC=${WATCHDOG_US}`];
  const who = `--reuid=${user} --regid=${user} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs`;
  const join = group === undefined ? '' : `echo $$ > ${group.procs};`;
  const limits = 'ulimit -c 0; ulimit -n 65536 2>/dev/null; umask 077';
  const command = `${join} ${limits}; cd ${DATA}; exec setpriv ${who} env -i ${env.join(' ')} ${words} --timeframe 1s`;
  return spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function statusNow(): Promise<readonly AgentStatus[] | undefined> {
  const asked = askDesk({ kind: 'status' }, { dataDir: DATA, clock: systemClock() });
  const answer = await asked.catch(() => undefined);
  if (answer === undefined) return undefined;
  return DeskStatus.parse(answer.body).agents.map((agent) => AgentStatus.parse(agent));
}

async function until(what: string, withinMs: number, isSo: () => boolean): Promise<number> {
  const startedMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startedMs > withinMs) throw new Error(`waited ${withinMs} ms: ${what}`);
    await sleep(100);
  }
  return performance.now() - startedMs;
}

async function live({ report, manager }: Machine, minutes: number): Promise<void> {
  const untilMs = performance.now() + minutes * 60_000;
  const halfMs = performance.now() + minutes * 30_000;
  let pssMax = 0;
  let unseen = 0;
  let killed: number | undefined;
  let reloads = 0;
  while (performance.now() < untilMs) {
    await sleep(EVERY_MS);
    const agents = await statusNow();
    if (agents === undefined) unseen += 1;
    const pss = (agents ?? []).reduce((sum, { pssBytes = 0 }) => sum + pssBytes, 0);
    pssMax = Math.max(pssMax, pss);
    if (performance.now() < halfMs || killed !== undefined) continue;
    // In the middle: the greatest agent is killed as the kernel would, and the settings are read again.
    killed = agents?.find(({ agent }) => agent === 'execution')?.pid;
    if (killed !== undefined) process.kill(killed, 'SIGKILL');
    await sleep(EVERY_MS * 2);
    reloads = await reloaded(manager);
  }
  const fed = manager.messages.filter((text) => text.includes('WATCHDOG=1')).length;
  const due = Math.floor((minutes * 60_000_000 * 3) / WATCHDOG_US);
  report.check('watchdog fed', fed >= due - 2, `${fed} times, at least ${due - 2}`);
  report.check(
    'status told',
    manager.messages.some((text) => text.includes('processes ready')),
    manager.messages.findLast((text) => text.includes('STATUS=')) ?? '',
  );
  report.check('ExecReload', reloads > 0, 'RELOADING=1, then READY=1');
  report.check(
    'always answers',
    unseen === 0,
    `${unseen} of ${Math.round((minutes * 60_000) / EVERY_MS)} questions missed`,
  );
  report.check(
    'memory of all',
    pssMax < PSS_BYTES_MAX,
    `${(pssMax / 1_048_576).toFixed(0)} MB PSS at most`,
  );
  const agents = (await statusNow()) ?? [];
  const restarts = agents
    .filter(({ restarts: count }) => count > 0)
    .map(({ instance, restarts: count }) => `${instance} ${count}`);
  report.check(
    'only what was killed was restarted',
    restarts.join() === 'execution 1',
    restarts.join(', ') || 'none',
  );
  report.check(
    'all are ready at the end',
    agents.length > 4 && agents.every(({ state }) => state === 'ready'),
    `${agents.length} processes`,
  );
}

async function reloaded(manager: NotifySocket): Promise<number> {
  const pid = DeskStatus.parse(
    (await askDesk({ kind: 'status' }, { dataDir: DATA, clock: systemClock() }))?.body,
  ).pid;
  const before = manager.messages.length;
  process.kill(pid, 'SIGHUP');
  const isSaid = (word: string): boolean =>
    manager.messages.slice(before).some((text) => text.includes(word));
  await until('RELOADING=1', 10_000, () => isSaid('RELOADING=1'));
  await until('READY=1', 10_000, () => isSaid('READY=1'));
  return manager.messages.length - before;
}

async function stop({ report, manager, child }: Machine): Promise<void> {
  const startedMs = performance.now();
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  const seconds = (performance.now() - startedMs) / 1_000;
  report.check('stops', code === 0 && seconds < 20, `exit ${code} after ${seconds.toFixed(1)} s`);
  report.check(
    'says so',
    manager.messages.some((text) => text.includes('STOPPING=1')),
    'STOPPING=1',
  );
  const own = `setpriv --reuid=nightdesk --regid=nightdesk --clear-groups /opt/nightdesk/start-bot.sh`;
  const check = sh(`${own} ledger check --data-dir ${DATA}`);
  report.check('the ledger adds up', check.code === 0, check.text.split('\n')[0] ?? '');
  const backup = sh(`${own} backup --data-dir ${DATA}`);
  report.check('backup', backup.code === 0, backup.text);
  report.note('disk', sh(`du -sm ${DATA}/* ${DATA}/logs | tr '\\n\\t' ', '`).text);
}

function checkUninstall(report: Findings): void {
  sh(`umount ${DATA} /var/cache/nightdesk`);
  const gone = sh(`${SCRIPT} --uninstall --purge`);
  const left = [UNIT, DATA, '/etc/nightdesk'].filter((path) => existsSync(path));
  const user = sh('id nightdesk').code === 0 ? ['user nightdesk'] : [];
  report.check(
    'uninstalls',
    gone.code === 0 && left.length + user.length === 0,
    [...left, ...user].join(', ') || 'nothing is left',
  );
}

async function main(): Promise<boolean> {
  const minutes = itemFlags(process.argv.slice(2)).minutes ?? MINUTES;
  const report = findings(`a VPS of 1 GB, ${minutes} min at 1s candles`);
  if (!canNotify()) {
    console.log('needs perl and systemd-notify; nothing was checked');
    return false;
  }
  if (!checkInstall(report)) return report.print();
  // A port of its own: another desk may run on the machine that this one is made of.
  writeFileSync('/etc/nightdesk/nightdesk.yaml', 'gateway: {port: 0}\n');
  await using manager = await notifySocket(SOCKET);
  using group = memoryGroup(LIMIT_BYTES);
  report.note(
    'control group',
    group === undefined ? 'none to be had: memory is only watched' : '1 GB',
  );
  const child = startAsUnit(group);
  const machine = { report, manager, child };
  try {
    const readyMs = await until('READY=1', 300_000, () =>
      manager.messages.some((text) => text.includes('READY=1')),
    );
    report.note('ready', `${(readyMs / 1_000).toFixed(1)} s after the first start, with compiling`);
    await live(machine, minutes);
    await stop(machine);
    if (group !== undefined) {
      report.check(
        'within its group',
        group.hits() === 0,
        `${(group.peakBytes() / 1_048_576).toFixed(0)} MB at most, files in memory included; limit met ${group.hits()} times`,
      );
    }
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  checkUninstall(report);
  return report.print();
}

process.exitCode = (await main()) ? 0 : 1;
