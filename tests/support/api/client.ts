import { z } from 'zod';
import type { Desk } from '../desk.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiClient {
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body?: unknown, key?: string): Promise<ApiAnswer>;
}

const Body = z.record(z.string(), z.unknown());
const WITHIN_MS = 25_000;

/** Asks a desk's API with a token; paths begin after `/api/v1/`. */
export function apiClient(url: string, token: string | undefined): ApiClient {
  async function ask(path: string, init: RequestInit, key?: string): Promise<ApiAnswer> {
    const response = await fetch(`${url}/api/v1/${path}`, {
      ...init,
      signal: AbortSignal.timeout(WITHIN_MS),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    });
    return { status: response.status, body: Body.parse(await response.json()) };
  }
  return {
    get: (path) => ask(path, {}),
    post: (path, body, key) =>
      ask(
        path,
        { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
        key,
      ),
  };
}

/** Makes a token on the command line, as a person does. */
export async function makeToken(desk: Desk, name: string, role: string): Promise<string> {
  const made = await desk.command(['tokens', 'add', name, '--role', role]);
  if (made.code !== 0) throw new Error(`no token: ${made.stderr}`);
  return made.stdout.trim();
}
