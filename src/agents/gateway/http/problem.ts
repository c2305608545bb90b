/** Errors as problem documents (RFC 9457). */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DeskError, TransientError } from '#platform/errors.ts';
import { STATUS_CODES } from '#platform/http/node-http.ts';
import type { Log } from '#platform/log/log.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  /** What is wrong with which parameter. */
  errors: z.array(z.strictObject({ parameter: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.output<typeof Problem>;

/** A request that cannot be answered as asked. */
export class RequestProblem extends DeskError {
  override readonly name = 'RequestProblem';
  readonly status: number;
  readonly errors: Problem['errors'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    more: {
      readonly errors?: Problem['errors'];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(`http-${status}`, detail);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

export function answerProblems(server: FastifyInstance, log: Log): void {
  server.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const problem = problemOf(error, request.url);
    if (problem.status >= 500 && !(error instanceof TransientError)) {
      log.error({ route: request.routeOptions.url, err: error }, 'request failed');
    }
    if (error instanceof RequestProblem) reply.headers(error.headers);
    return send(reply, problem);
  });
  server.setNotFoundHandler((request: FastifyRequest, reply) =>
    send(reply, {
      ...common(404, request.url),
      detail: 'there is nothing here; /docs lists what there is',
    }),
  );
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', '2');
  return reply.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

export function problemOf(error: FastifyError | Error, url: string): Problem {
  if (error instanceof RequestProblem) {
    const { status, message, errors } = error;
    return { ...common(status, url), detail: message, ...(errors === undefined ? {} : { errors }) };
  }
  if (error instanceof TransientError) {
    return {
      ...common(503, url),
      type: `urn:nightdesk:problem:${error.code}`,
      detail: `${error.message}; try again shortly`,
    };
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  // What broke inside is for the log, not for whoever asks.
  const detail = status < 500 ? error.message : 'the gateway failed to answer; its log says why';
  return { ...common(status, url), detail };
}

function common(status: number, url: string): Omit<Problem, 'detail'> {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    instance: url.split('?')[0] ?? url,
  };
}
