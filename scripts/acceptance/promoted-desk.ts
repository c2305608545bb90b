/**
 * A practice desk that earns its promotion through the same code as any other, with thresholds that
 * minutes can meet, and then trades in production on the same data folder.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { runCommand, startDesk, type Desk } from '../../tests/support/desk.ts';
import type { Findings } from './findings.ts';

/** What a run of a minute can show; everything else of the checklist stays as it is. */
const LOWERED = {
  shadow_hours: 0.01,
  closed_trades: 0,
  uptime_fraction_min: 0.5,
  decided_fraction_min: 0.5,
  fidelity: { orders_min: 0, fill_rate_error_max: 1, slippage_error_max: 1_000 },
  conformance_needed: false,
  ramp: [{ day: 0, fraction: 1 }],
};

const Standing = z.looseObject({
  venue: z.string(),
  decisionHash: z.string(),
  isOk: z.boolean(),
  lines: z.array(z.looseObject({ name: z.string(), isOk: z.boolean(), found: z.string() })),
});

export interface PromotedDesk {
  readonly folder: string;
  /** Starts production on the folder; the caller ends it. */
  start(): Promise<Desk>;
  remove(): void;
}

export interface PromotingOptions {
  readonly seed: number;
  readonly shadowSeconds: number;
  /** Settings over the defaults, of both runs. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function promoteDesk(
  options: PromotingOptions,
  report: Findings,
): Promise<PromotedDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-production-'));
  const file = join(folder, 'settings.yaml');
  // YAML reads JSON.
  writeFileSync(file, JSON.stringify({ promotion: LOWERED, ...options.config }));
  const args = ['--timeframe', '1s', '--seed', String(options.seed), '--config', file];
  const refused = await refusal(folder, args);
  report.check('production without a record is refused', refused.isRefused, refused.said);
  {
    await using shadow = await startDesk({ folder, args });
    await shadow.untilReady();
    await sleep(options.shadowSeconds * 1_000);
  }
  await promote(folder, args, report);
  if (report.failed.length > 0) throw new Error(`not promoted: ${report.failed.join('; ')}`);
  return {
    folder,
    start: async () => {
      const desk = await startDesk({ folder, args: [...args, '--production'] });
      await desk.untilReady();
      return desk;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function refusal(folder: string, args: readonly string[]) {
  await using desk = await startDesk({ folder, args: [...args, '--production'] });
  const code = await desk.exited;
  const said = desk.output().trim().split('\n').slice(-2).join(' ').slice(0, 200);
  return { isRefused: code === 2, said: `exit ${code}: ${said}` };
}

async function promote(folder: string, args: readonly string[], report: Findings): Promise<void> {
  const dataDir = join(folder, 'data');
  const asked = await runCommand(['promote', 'status', '--json', ...args, '--data-dir', dataDir]);
  const status = Standing.parse(JSON.parse(asked.stdout));
  const missing = status.lines.filter(({ isOk }) => !isOk);
  report.check(
    'the checklist is met',
    status.isOk,
    missing.length === 0
      ? `${status.lines.length} lines`
      : missing.map(({ name, found }) => `${name}: ${found}`).join('; '),
  );
  const text = `promote ${status.venue} ${status.decisionHash.slice(0, 8)}`;
  const done = await runCommand(['promote', '--confirm', text, ...args, '--data-dir', dataDir]);
  const said = `${done.stdout}${done.stderr}`.trim().split('\n').at(-1) ?? '';
  report.check('promoted', done.code === 0, said);
}
