/**
 * Timed faults from a file: a YAML or JSON list of catalogue entries, each with `afterMs` counted
 * from the exchange's start. Read whole and checked whole before anything starts.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from './fault.ts';

const FaultScript = z.array(Fault).max(100);

export class FaultScriptError extends Error {
  constructor(path: string, reason: string, cause?: unknown) {
    super(`fault script ${path}: ${reason}`, { cause });
    this.name = 'FaultScriptError';
  }
}

export async function readFaultScript(path: string): Promise<readonly Fault[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new FaultScriptError(path, 'cannot be read', cause);
  }
  return parseFaultScript(path, text);
}

export function parseFaultScript(path: string, text: string): readonly Fault[] {
  let data: unknown;
  try {
    data = parse(text); // JSON is YAML
  } catch (cause) {
    throw new FaultScriptError(path, 'is neither YAML nor JSON', cause);
  }
  const script = FaultScript.safeParse(data);
  if (!script.success)
    throw new FaultScriptError(path, z.prettifyError(script.error), script.error);
  return script.data;
}
