/** Messages a client sends on a stream socket, with the venue's own words for what is wrong. */
export type CommandId = number | string | null;

export type SocketCommand =
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly names: readonly string[] }
  | { readonly kind: 'list' | 'getCombined' }
  | { readonly kind: 'setCombined'; readonly isCombined: boolean };

export type ParsedCommand =
  | { readonly id: CommandId; readonly command: SocketCommand }
  | { readonly error: SocketError };

/** Written to the client as it is. */
export interface SocketError {
  readonly code: number;
  readonly msg: string;
  readonly id?: CommandId;
}

const VARIANTS =
  'expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`';
const ID_TEXT = /^[A-Za-z0-9]{1,36}$/;

export function parseCommand(text: string): ParsedCommand {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { error: { code: 3, msg: `Invalid JSON: expected value at ${position(text)}` } };
  }
  if (!isRecord(data)) return invalid(`missing field \`method\` at ${end(text)}`);
  const { method, params = [], id } = data;
  if (method === undefined) return invalid(`missing field \`method\` at ${end(text)}`);
  if (!isId(id)) return invalid('request ID must be an unsigned integer');
  if (!Array.isArray(params)) return invalid('params must be an array of strings');
  const parsed = byMethod(method, params);
  if (parsed === undefined) {
    return invalid(`unknown variant \`${nameOf(method)}\`, ${VARIANTS} at ${end(text)}`);
  }
  return 'kind' in parsed ? { id, command: parsed } : { error: withId(parsed, id) };
}

function nameOf(method: unknown): string {
  return typeof method === 'string' ? method : JSON.stringify(method);
}

function byMethod(
  method: unknown,
  params: readonly unknown[],
): SocketCommand | SocketError | undefined {
  switch (method) {
    case 'SUBSCRIBE':
      return names('subscribe', params);
    case 'UNSUBSCRIBE':
      return names('unsubscribe', params);
    case 'LIST_SUBSCRIPTIONS':
      return params.length > 0 ? request('too many parameters') : { kind: 'list' };
    case 'SET_PROPERTY':
      return setProperty(params);
    case 'GET_PROPERTY':
      return property(params, 1) ?? { kind: 'getCombined' };
    default:
      return undefined;
  }
}

function names(
  kind: 'subscribe' | 'unsubscribe',
  params: readonly unknown[],
): SocketCommand | SocketError {
  const texts = params.filter((name) => typeof name === 'string');
  if (texts.length !== params.length) return request('params must be an array of strings');
  return { kind, names: texts };
}

function setProperty(params: readonly unknown[]): SocketCommand | SocketError {
  const problem = property(params, 2);
  if (problem !== undefined) return problem;
  const [, value] = params;
  if (typeof value !== 'boolean') {
    return { code: 1, msg: 'Invalid value type: expected Boolean' };
  }
  return { kind: 'setCombined', isCombined: value };
}

function property(params: readonly unknown[], countMax: number): SocketError | undefined {
  const [name] = params;
  if (typeof name !== 'string') return request('property name must be a string');
  if (params.length > countMax) return request('too many parameters');
  return name === 'combined' ? undefined : { code: 0, msg: 'Unknown property' };
}

const request = (reason: string): SocketError => ({ code: 2, msg: `Invalid request: ${reason}` });

function invalid(reason: string): { error: SocketError } {
  return { error: request(reason) };
}

// The venue returns the id only with "Unknown property".
function withId(error: SocketError, id: CommandId): SocketError {
  return error.code === 0 ? { ...error, id } : error;
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function isId(id: unknown): id is CommandId {
  if (typeof id === 'string') return ID_TEXT.test(id);
  return id === null || Number.isInteger(id);
}

const end = (text: string): string => `line 1 column ${text.length}`;

function position(text: string): string {
  const from = text.search(/[^\s{}[\]":,\w.+-]/);
  return `line 1 column ${Math.max(from, 0) + 1}`;
}
