import { describe, expect, it } from 'vitest';
import { OperatorCommand, raisesRisk } from './operator-command.ts';

const command = { id: 'command-1', by: 'test', reason: '', issuedMs: 1 };
const buy = { side: 'buy', pair: 'BTC/USDT', stopDistanceFraction: 0.02 };
const sell = { side: 'sell', pair: 'BTC/USDT', share: 0.5 };

describe('operator command', () => {
  it('takes a close with its pair and an order with what to buy or sell', () => {
    expect(OperatorCommand.parse({ ...command, kind: 'close', pair: 'BTC/USDT' }).pair).toBe(
      'BTC/USDT',
    );
    expect(OperatorCommand.parse({ ...command, kind: 'order', order: buy }).order).toEqual(buy);
    expect(OperatorCommand.parse({ ...command, kind: 'order', order: sell }).order).toEqual(sell);
  });

  it.each([
    ['a close without a pair', { kind: 'close' }, 'pair'],
    ['an order without what to buy', { kind: 'order' }, 'order'],
    ['a pair that is none', { kind: 'close', pair: 'BTCUSDT' }, 'pair'],
    ['a share above all of it', { kind: 'order', order: { ...sell, share: 1.5 } }, 'order'],
    [
      'a stop below nothing',
      { kind: 'order', order: { ...buy, stopDistanceFraction: 1 } },
      'order',
    ],
    ['a size in a sale', { kind: 'order', order: { ...sell, riskFraction: 0.01 } }, 'order'],
  ])('refuses %s', (_what, fields, path) => {
    const parsed = OperatorCommand.safeParse({ ...command, ...fields });

    expect(parsed.error?.issues[0]?.path[0]).toBe(path);
  });

  it('knows which commands let more be lost than before', () => {
    const kinds = [
      'pause',
      'resume',
      'flatten',
      'kill-switch',
      'close',
      'accept-differences',
      'promote',
      'demote',
    ] as const;
    const parsed = OperatorCommand.parse({ ...command, kind: 'order', order: buy });

    expect(kinds.filter((kind) => raisesRisk({ kind }))).toEqual([
      'resume',
      'accept-differences',
      'promote',
    ]);
    expect(raisesRisk(parsed)).toBe(true);
    expect(raisesRisk(OperatorCommand.parse({ ...command, kind: 'order', order: sell }))).toBe(
      false,
    );
  });
});
