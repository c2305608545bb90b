import { describe, expect, it } from 'vitest';
import type { ConfigChange, ReloadResult } from '#core/model/reload.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { asked, textOf, type Written } from './commands.fixture.ts';
import { wishRaisesRisk } from './command.ts';

const change = (key: string, from: string, to: string): ConfigChange => ({
  key,
  from,
  to,
  effect: 'now',
  agents: ['execution'],
});

function answering(
  result: Partial<ReloadResult>,
): Written & { readonly requests: ControlRequest[] } {
  const requests: ControlRequest[] = [];
  const body: ReloadResult = {
    version: 4,
    isApplied: false,
    changes: [],
    warnings: [],
    problems: [],
    restarted: [],
    appliedMs: {},
    ...result,
  };
  return {
    requests,
    ports: {
      ask: (request) => {
        requests.push(request);
        return Promise.resolve({ body });
      },
    },
  };
}

describe('/reload', () => {
  it('shows what would change, without changing it', async () => {
    const written = answering({
      changes: [change('risk_limits.risk_fraction', '0.001', '0.0005'), change('pairs', '', '[]')],
      warnings: ['no entry could be taken'],
    });

    expect(await textOf('/reload less risk', written)).toBe(
      [
        'reload the config?',
        'risk_limits.risk_fraction: 0.001 -> 0.0005 (at once execution)',
        'pairs: unset -> [] (at once execution)',
        'warning: no entry could be taken',
      ].join('\n'),
    );
    expect(written.requests).toEqual([
      {
        kind: 'reload',
        by: 'telegram:alice',
        origin: 'telegram chat 11',
        reason: 'less risk',
        isDryRun: true,
      },
    ]);
  });

  it('of nothing, or of a bad config, asks nothing', async () => {
    expect(await textOf('/reload', answering({}))).toBe('nothing has changed in the config');
    expect(await textOf('/reload', answering({ problems: ['x.yaml:3: no such key'] }))).toBe(
      'the config is refused, nothing changes\nx.yaml:3: no such key',
    );
  });

  it.each([
    ['a limit that is tighter', change('risk_limits.risk_fraction', '0.001', '0.0005'), false],
    ['a limit that is looser', change('risk_limits.risk_fraction', '0.001', '0.002'), true],
    ['a limit without a number', change('risk_limits.risk_fraction', '', '0.0005'), true],
    ['the log level', change('logging.level', 'info', 'debug'), false],
    ['what decides', change('committee.min_confidence', '0.7', '0.5'), true],
    ['who may command', change('notifier.telegram.allow_raising_risk', 'false', 'true'), true],
  ])('of %s raises risk or not', async (_, one, isRaising) => {
    const found = await asked('/reload', answering({ changes: [one] }));

    expect(found.kind === 'confirm' && wishRaisesRisk(found.wish)).toBe(isRaising);
  });
});
