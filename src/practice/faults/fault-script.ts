/**
 * Timed faults from a file: a YAML or JSON list of catalogue entries, each with `afterMs` counted
 * from the exchange's start. Read whole and checked whole before anything starts.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '#platform/errors.ts';
import { Fault } from './fault.ts';

const FaultScript = z.array(Fault).max(100);

export async function readFaultScript(path: string): Promise<readonly Fault[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw scriptError(path, `cannot be read (${messageOf(cause)})`);
  }
  return parseFaultScript(path, text);
}

export function parseFaultScript(path: string, text: string): readonly Fault[] {
  let data: unknown;
  try {
    data = parse(text); // JSON is YAML
  } catch (cause) {
    throw scriptError(path, `is neither YAML nor JSON (${messageOf(cause)})`);
  }
  const script = FaultScript.safeParse(data);
  if (!script.success) throw scriptError(path, z.prettifyError(script.error));
  return script.data;
}

function scriptError(path: string, reason: string): ConfigError {
  return new ConfigError(`fault script ${path}: ${reason}`, { path });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
