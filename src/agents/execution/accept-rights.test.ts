import { describe, expect, it } from 'vitest';
import { silentLog } from '#platform/log/log.ts';
import { acceptRights } from './accept-rights.ts';

const GOOD = { canTrade: true, canWithdraw: false, isIpRestricted: true };

describe('acceptRights', () => {
  it('warns of what is only unwise', () => {
    const warned: unknown[] = [];
    const log = { warn: (...args: unknown[]) => void warned.push(args[0]) };

    acceptRights({ ...GOOD, isIpRestricted: false }, { allowWithdrawKeys: false, log });

    expect(warned).toMatchObject([{ why: 'the keys work from every address' }]);
  });

  it('refuses to trade with keys that withdraw until a person allows it', () => {
    const rights = { ...GOOD, canWithdraw: true };
    const log = silentLog();

    expect(() => acceptRights(rights, { allowWithdrawKeys: false, log })).toThrow(
      /may withdraw.*execution\.allow_withdraw_keys/,
    );
    expect(() => acceptRights(rights, { allowWithdrawKeys: true, log })).not.toThrow();
  });
});
