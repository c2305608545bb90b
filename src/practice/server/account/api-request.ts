/** One request of the WebSocket API: `{id, method, params}` in a text frame. */
import { ApiError } from '../api-error.ts';

export type RequestId = number | string | null;

export interface ApiRequest {
  readonly id: RequestId;
  /** Without the version it may be prefixed with. */
  readonly method: string;
  /** Values as text, as the signature is over them. */
  readonly parameters: ReadonlyMap<string, string>;
}

const VERSION = /^v3\//;

export function parseRequest(
  text: string,
): ApiRequest | { readonly id: RequestId; readonly error: ApiError } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { id: null, error: invalid() };
  }
  if (!isRecord(data)) return { id: null, error: invalid() };
  const { id = null, method, params = {} } = data;
  if (!isId(id)) return { id: null, error: invalid() };
  if (typeof method !== 'string' || !isRecord(params)) return { id, error: invalid() };
  const entries = Object.entries(params).map(([name, value]) => [name, plain(value)] as const);
  return { id, method: method.replace(VERSION, ''), parameters: new Map(entries) };
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const invalid = (): ApiError => new ApiError(-1135, 'Invalid JSON Request');

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function isId(id: unknown): id is RequestId {
  return id === null || typeof id === 'string' || Number.isInteger(id);
}
