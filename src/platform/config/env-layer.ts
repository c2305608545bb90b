import { parse } from 'yaml';
import type { Layer, Leaf, Origin } from './layer.ts';
import { pathKey } from './layer.ts';
import { isSecretKey } from './secrets.ts';

export const PREFIX = 'NIGHTDESK__';

/** Variables that other tools already use and that mean one of our keys. */
const WELL_KNOWN: Readonly<Record<string, readonly string[]>> = { REDIS_URL: ['redis', 'url'] };

/** `NIGHTDESK__GATEWAY__PORT=8010` sets `gateway.port`; the value is read as a YAML scalar. */
export function envLayer(source: string, env: Readonly<Record<string, string | undefined>>): Layer {
  const leaves: Leaf[] = [];
  const positions = new Map<string, Origin>();
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || text === '') continue;
    const path = name.startsWith(PREFIX)
      ? name.slice(PREFIX.length).toLowerCase().split('__')
      : WELL_KNOWN[name];
    if (path === undefined) continue;
    const origin: Origin = { source, name };
    // Of a secret every character counts, and a PEM has lines: it is never read as YAML.
    leaves.push({ path, value: isSecretKey(path) ? text : scalar(text), origin });
    positions.set(pathKey(path), origin);
  }
  return { source, leaves, positions };
}

/** Read as YAML, so a list is `[A/B, C/D]`; what is no YAML is plain text. */
function scalar(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    if (error instanceof Error) return text;
    throw error;
  }
}
