import { describe, expect, test } from 'vitest';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { RequestProblem, problemOf } from './problem.ts';

describe('problem documents', () => {
  test('what is away for now is a 503 with its code', () => {
    const error = new TransientError('redis-timeout', 'Redis did not answer in time');

    expect(problemOf(error, '/api/v1/agents?x=1')).toEqual({
      type: 'urn:nightdesk:problem:redis-timeout',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Redis did not answer in time; try again shortly',
      instance: '/api/v1/agents',
    });
  });

  test('what broke inside is a 500 that tells nothing of the inside', () => {
    for (const error of [new Error('at secret.ts'), new PermanentError('x', 'at secret.ts')]) {
      const problem = problemOf(error, '/x');

      expect(problem.status).toBe(500);
      expect(JSON.stringify(problem)).not.toContain('secret');
    }
  });

  test('a wrong request keeps its status and names the parameters', () => {
    const errors = [{ parameter: 'limit', detail: 'too big' }];

    expect(problemOf(new RequestProblem(400, 'wrong', { errors }), '/x')).toMatchObject({
      status: 400,
      detail: 'wrong',
      errors,
    });
    const tooLarge = Object.assign(new Error('body too large'), { statusCode: 413 });
    expect(problemOf(tooLarge, '/x')).toMatchObject({ status: 413, detail: 'body too large' });
  });
});
