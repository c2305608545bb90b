/** The practice exchange as a process of the desk. Its ready facts tell the others where it is. */
import { join } from 'node:path';
import { z } from 'zod';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { momentMs, PracticeConfig } from './config.ts';
import { readFaultScript } from './faults/fault-script.ts';
import type { ReplayOptions } from './replay/create-replay.ts';
import { startPractice } from './server/start-practice.ts';

await runAgent({
  name: 'practice',
  config: z.looseObject({
    practice: PracticeConfig.prefault({}),
    data_dir: z.string().min(1).default('data'),
  }),
  start: async ({ config, clock, log, progress, ready }) => {
    const { practice } = config;
    const script = practice.fault_script;
    const faultScript = script === null ? [] : await readFaultScript(script);
    const exchange = await startPractice({
      clock,
      log,
      seed: practice.seed,
      port: practice.port,
      pairs: practice.pairs,
      volatility: practice.volatility,
      accounts: practice.accounts,
      faultScript,
      ...replayOf(practice, config.data_dir),
      latency: { restMs: practice.latency.rest_ms, jitterMs: practice.latency.jitter_ms },
      accountsFile: join(config.data_dir, 'practice', 'accounts.jsonl'),
      onStep: progress,
    });
    log.info(
      { url: exchange.url, pairs: exchange.world.specs.length },
      'practice exchange is open',
    );
    ready({ port: exchange.port, url: exchange.url });
    return { close: exchange.close };
  },
});

/** The recording to serve, if files are named. The map also lets a killed exchange go on. */
function replayOf({ replay }: PracticeConfig, dataDir: string): { replay?: ReplayOptions } {
  const { files, speed, from } = replay;
  if (files.length === 0) return {};
  const mapFile = join(dataDir, 'practice', 'replay-map.csv');
  return {
    replay: { files, speed, mapFile, ...(from === null ? {} : { fromMs: momentMs(from) }) },
  };
}
