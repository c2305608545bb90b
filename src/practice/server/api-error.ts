/**
 * Refusals of the REST API, in the venue's own codes and words (its errors.md of 2026). A route
 * throws one; the server answers it as `{code, msg}`.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  /** Of a request that was half done: what became of each part. */
  readonly data: unknown;

  constructor(code: number, message: string, status = 400, data?: unknown) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.data = data;
  }

  /** As `{code, msg}`, the form it has inside other answers too. */
  view(): { code: number; msg: string; data?: unknown } {
    const { code, message: msg, data } = this;
    return data === undefined ? { code, msg } : { code, msg, data };
  }

  body(): string {
    return JSON.stringify(this.view());
  }
}

export const illegalCharacters = (name: string, legal: string): ApiError =>
  new ApiError(
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${legal}'.`,
  );

export const tooManyParameters = (expected: number, received: number): ApiError =>
  new ApiError(-1101, `Too many parameters; expected '${expected}' and received '${received}'.`);

export const duplicateParameter = (): ApiError =>
  new ApiError(-1101, 'Duplicate values for a parameter detected.');

export const mandatoryParameter = (name: string): ApiError =>
  new ApiError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);

export const unreadParameters = (read: number, sent: number): ApiError =>
  new ApiError(
    -1104,
    `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`,
  );

export const emptyParameter = (name: string): ApiError =>
  new ApiError(-1105, `Parameter '${name}' was empty.`);

export const tooPrecise = (name: string): ApiError =>
  new ApiError(-1111, `Parameter '${name}' has too much precision.`);

export const invalidInterval = (): ApiError => new ApiError(-1120, 'Invalid interval.');

export const invalidSymbol = (): ApiError => new ApiError(-1121, 'Invalid symbol.');

export const invalidSymbolStatus = (): ApiError => new ApiError(-1122, 'Invalid symbolStatus.');

export const badCombination = (): ApiError =>
  new ApiError(-1128, 'Combination of optional parameters invalid.');

export const invalidParameter = (name: string): ApiError =>
  new ApiError(-1130, `Data sent for parameter '${name}' is not valid.`);

export const invalidTickerType = (): ApiError => new ApiError(-1139, 'Invalid ticker type.');

export const duplicateSymbols = (): ApiError =>
  new ApiError(-1151, 'Symbol is present multiple times in the list.');

export const statusMismatch = (): ApiError =>
  new ApiError(-1220, "The symbol's status does not match the requested symbolStatus.");

export const weightExceeded = (limit: number): ApiError =>
  new ApiError(
    -1003,
    `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. ` +
      'Please use WebSocket Streams for live updates to avoid polling the API.',
    429,
  );

export const addressBanned = (untilMs: number): ApiError =>
  new ApiError(
    -1003,
    `Way too much request weight used; IP banned until ${untilMs}. ` +
      'Please use WebSocket Streams for live updates to avoid bans.',
    418,
  );

export const tooManyConnections = (limit: number): ApiError =>
  new ApiError(
    -1034,
    `Too many connection attempts from IP; current limit is ${limit} per '5 MINUTE'.`,
    429,
  );

// Not in errors.md: the words the venue uses, which clients such as ccxt know.
export const serviceClosed = (): ApiError => new ApiError(1, 'System is under maintenance.', 503);

export const internalError = (): ApiError =>
  new ApiError(-1000, 'An unknown error occurred while processing the request.', 500);
