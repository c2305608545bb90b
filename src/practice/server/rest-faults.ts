/** What the REST faults do to one request, in the order in which the world would hit it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#platform/clock/clock.ts';
import type { FaultSubject } from '../faults/fault-target.ts';
import { serviceClosed, weightExceeded } from './api-error.ts';
import { WEIGHT_PER_MINUTE } from './request-limits.ts';
import type { Venue } from './venue.ts';

const HTML =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n' +
  '<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';
/** Cut off JSON: what a broken proxy leaves of an answer. */
const GARBAGE = '{"code":0,"msg":"succ<!DOCTYPE html>';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** True when a fault has taken the request: nothing more may be answered. */
export async function sufferBefore(
  venue: Venue,
  clock: Clock,
  { request, response }: Exchange,
  subject: FaultSubject,
): Promise<boolean> {
  const { faults } = venue;
  if (faults.hit('rest-refuse', subject) !== undefined) {
    request.socket.destroy();
    return true;
  }
  const delay = faults.hit('rest-delay', subject);
  if (delay !== undefined) await clock.sleep(delay.delayMs);
  if (faults.hit('rest-hang', subject) !== undefined) return true;
  const limit = faults.hit('rate-limit', subject);
  if (limit !== undefined) {
    const error = weightExceeded(WEIGHT_PER_MINUTE);
    response.setHeader('Retry-After', String(limit.retryAfterS));
    send(response, error.status, error.body());
    return true;
  }
  const broken = faults.hit('rest-5xx', subject);
  if (broken !== undefined) {
    sendHtml(response, broken.status);
    return true;
  }
  if (faults.active('maintenance').some((fault) => fault.mode === 'closed')) {
    send(response, serviceClosed().status, serviceClosed().body());
    return true;
  }
  return false;
}

/** Sends the answer, unless a fault spoils it on the way. */
export function sendSpoiled(
  venue: Venue,
  response: ServerResponse,
  body: string,
  subject: FaultSubject,
): void {
  const { faults } = venue;
  if (faults.hit('rest-reset', subject) !== undefined) {
    sendReset(response, body);
  } else if (faults.hit('rest-garbage', subject) !== undefined) {
    send(response, 200, GARBAGE);
  } else if (faults.hit('rest-empty', subject) !== undefined) {
    send(response, 200, '');
  } else {
    send(response, 200, body);
  }
}

/** Half a body, then a reset. */
export function sendReset(response: ServerResponse, body: string): void {
  response.setHeader('Content-Length', String(Buffer.byteLength(body) + 1));
  response.write(body.slice(0, Math.ceil(body.length / 2)), () =>
    response.socket?.resetAndDestroy(),
  );
}

/** A proxy's page in place of the API's answer. */
export function sendHtml(response: ServerResponse, status: number): void {
  response.setHeader('Content-Type', 'text/html');
  send(response, status, HTML.replaceAll('502', String(status)));
}

export function send(response: ServerResponse, status: number, body: string): void {
  if (!response.hasHeader('Content-Type')) {
    response.setHeader('Content-Type', 'application/json;charset=UTF-8');
  }
  response.statusCode = status;
  response.setHeader('Content-Length', String(Buffer.byteLength(body)));
  response.end(body);
}
