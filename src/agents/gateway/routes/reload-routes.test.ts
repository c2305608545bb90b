import { describe, expect, it } from 'vitest';
import type { ReloadResult } from '#core/model/reload.ts';
import { testGateway } from '../gateway.fixture.ts';
import { configHistory, reloadResult } from './examples.ts';

const WHO = { by: 'api:admin', origin: '127.0.0.1', reason: 'why' };
const SETTINGS = { 'risk_limits.open_positions_max': 3 };

describe('the configuration', () => {
  it.each([
    ['reload', {}, { kind: 'reload', isDryRun: false }],
    ['config', { settings: SETTINGS }, { kind: 'set-config', settings: SETTINGS, isDryRun: false }],
    ['rollback', { version: 2 }, { kind: 'rollback', version: 2, isDryRun: false }],
    ['reload', { isDryRun: true }, { kind: 'reload', isDryRun: true }],
  ])('%s is asked of the coordinator in the name of the token', async (name, body, expected) => {
    const { call, asked } = await testGateway({}, () => reloadResult);

    const path = `/api/v1/control/${name}`;
    const answer = await call({ path, as: 'admin', body: { ...body, reason: 'why' } });

    expect(answer).toMatchObject({ status: 200, body: reloadResult });
    expect(asked).toEqual([{ ...expected, ...WHO }]);
    expect((await call({ path, as: 'trader', body })).status).toBe(403);
  });

  it('that has problems is refused with each of them, and told of when it was only a question', async () => {
    const problems = ['risk_limits.open_positions_max: expected at most 100', 'x: unknown'];
    const refused: ReloadResult = { ...reloadResult, isApplied: false, problems };
    const { call } = await testGateway({}, () => refused);
    const path = '/api/v1/control/config';
    const ask = (isDryRun: boolean) =>
      call({ path, as: 'admin', body: { settings: SETTINGS, isDryRun } });

    expect(await ask(false)).toMatchObject({
      status: 422,
      body: { errors: problems.map((detail) => ({ parameter: 'config', detail })) },
    });
    expect(await ask(true)).toMatchObject({ status: 200, body: { isApplied: false, problems } });
  });

  it.each([
    ['config', { settings: {} }],
    ['config', { settings: { 'Bad Key': 1 } }],
    ['config', { settings: { a: '\ud800' } }],
    ['config', `{"settings":{"a":${'['.repeat(7_000)}${']'.repeat(7_000)}}}`],
    ['config', {}],
    ['rollback', { version: 0 }],
    ['rollback', {}],
    ['reload', { isDryRun: 'yes' }],
  ])('%s with a wrong body asks nobody', async (name, body) => {
    const { call, asked } = await testGateway({}, () => reloadResult);

    const answer = await call({ path: `/api/v1/control/${name}`, as: 'admin', body });

    expect(answer.status).toBe(400);
    expect(asked).toEqual([]);
  });

  it('has a history that viewers can read', async () => {
    const { call, asked } = await testGateway({}, () => configHistory);

    const answer = await call({
      method: 'GET',
      path: '/api/v1/config/history?limit=5',
      as: 'viewer',
    });

    expect(answer).toMatchObject({ status: 200, body: configHistory });
    expect(asked).toEqual([{ kind: 'config-history', limit: 5 }]);
  });
});
