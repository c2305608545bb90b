/**
 * Who may open a stream. 1. Only this desk's own name is answered, as everywhere. 2. A page of
 * somebody else's may not: browsers let any page open a WebSocket, so its origin is looked at here.
 * 3. The role of a viewer where reads need one; the token comes in a header, never in the address.
 */
import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from '#platform/http/node-http.ts';
import type { Access, Admission } from '../access/access.ts';
import { refusalProblem } from '../access/guard.ts';
import { isOwnHost } from '../http/own-host.ts';
import { problemOf, RequestProblem, PROBLEM_TYPE } from '../http/problem.ts';

export const STREAM_PATH = '/api/v1/stream';
/** Browsers cannot set headers here; what they can set is the list of protocols. */
export const BEARER_PROTOCOL = 'bearer';

export interface DoorPorts {
  readonly access: Pick<Access, 'admit'>;
  readonly host: string;
  readonly corsOrigins: readonly string[];
  readonly hasRoom: () => boolean;
}

/** The token that was let in, if it needed one; throws RequestProblem. */
export function admitStream(
  request: IncomingMessage,
  { access, host, corsOrigins, hasRoom }: DoorPorts,
): Extract<Admission, { kind: 'admitted' }>['token'] {
  const { headers, url = '' } = request;
  const [path, query] = url.split('?');
  if (path !== STREAM_PATH) {
    throw new RequestProblem(404, `the stream is at ${STREAM_PATH}`);
  }
  if (query !== undefined) {
    throw new RequestProblem(400, 'the stream takes no parameters; a token goes into a header');
  }
  if (!isOwnHost(headers.host, host)) {
    throw new RequestProblem(421, 'this name is not the desk’s: use its address or localhost');
  }
  if (!isOwnPage(headers, corsOrigins)) {
    throw new RequestProblem(403, 'pages of this origin may not listen: see gateway.cors_origins');
  }
  const admission = access.admit({
    authorization: headers.authorization ?? fromProtocols(headers['sec-websocket-protocol']),
    address: request.socket.remoteAddress ?? '',
    needs: 'viewer',
    kind: 'read',
  });
  if (admission.kind === 'refused') throw refusalProblem(admission);
  if (!hasRoom()) {
    throw new RequestProblem(503, 'the stream has as many clients as gateway.stream_max_clients', {
      headers: { 'retry-after': '10' },
    });
  }
  return admission.token;
}

/** The answer to a request that may not become a stream, as it goes over the wire. */
export function refusalText(error: unknown, url: string): { status: number; text: string } {
  const problem = problemOf(error instanceof Error ? error : new Error(String(error)), url);
  const { status } = problem;
  const body = JSON.stringify(problem);
  const headers = {
    ...(error instanceof RequestProblem ? error.headers : {}),
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const start = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`;
  return { status, text: `${[start, ...lines].join('\r\n')}\r\n\r\n${body}` };
}

/** What is no browser sends no origin. */
function isOwnPage(
  { origin, host = '' }: IncomingMessage['headers'],
  corsOrigins: readonly string[],
): boolean {
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** `bearer, TOKEN` as the header that other requests bring. */
function fromProtocols(header: string | undefined): string | undefined {
  const [scheme, token] = (header ?? '').split(',').map((part) => part.trim());
  return scheme === BEARER_PROTOCOL ? `Bearer ${token ?? ''}` : undefined;
}
