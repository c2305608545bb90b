/** The practice exchange as a process of the desk. Its ready facts tell the others where it is. */
import { z } from 'zod';
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { PracticeConfig } from './config.ts';
import { readFaultScript } from './faults/fault-script.ts';
import { startPractice } from './server/start-practice.ts';

await runAgent({
  name: 'practice',
  config: z.looseObject({ practice: PracticeConfig.prefault({}) }),
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
      faultScript,
      latency: { restMs: practice.latency.rest_ms, jitterMs: practice.latency.jitter_ms },
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
