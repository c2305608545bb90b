import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '#platform/log/log.ts';

const Facts = z.looseObject({ port: z.int().min(1).max(65_535) });

/**
 * The port of the practice exchange. It is kept in the run folder, since a practice exchange that
 * comes back must be found where the others know it. A kept port that did not work at the first
 * start (a stranger has it) is forgotten, so the next try takes any free one.
 */
export interface PracticePort {
  current(): number | undefined;
  isReady(facts: Readonly<Record<string, unknown>>): void;
  ended(): void;
}

export function practicePort(runDir: string, log: Log): PracticePort {
  const path = join(runDir, 'practice.port');
  let port = kept(path);
  let hasServed = false;
  return {
    current: () => port,
    isReady: (facts) => {
      const parsed = Facts.safeParse(facts);
      if (!parsed.success) return;
      hasServed = true;
      port = parsed.data.port;
      try {
        writeFileSync(path, String(port));
      } catch (error) {
        // Known for this life of the coordinator; the next one takes any free port.
        log.warn({ err: error }, 'cannot keep the port of the practice exchange');
      }
    },
    ended: () => {
      if (hasServed) return;
      port = undefined;
      rmSync(path, { force: true });
    },
  };
}

function kept(path: string): number | undefined {
  try {
    return Facts.shape.port.safeParse(Number(readFileSync(path, 'utf8'))).data;
  } catch {
    // The first start on this folder.
    return undefined;
  }
}
