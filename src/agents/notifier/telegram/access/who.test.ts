import { describe, expect, it } from 'vitest';
import { mayAct, whoIs } from './who.ts';

const config = {
  chats: [-500, 11],
  users: [{ id: 11, name: 'alice', role: 'admin' as const }],
};

describe('access', () => {
  it('needs a chat and a person that are both in the config', () => {
    expect(whoIs(config, { chatId: 11, userId: 11 })?.name).toBe('alice');
    expect(whoIs(config, { chatId: -500, userId: 11 })?.name).toBe('alice');
    expect(whoIs(config, { chatId: 12, userId: 11 })).toBeUndefined();
    expect(whoIs(config, { chatId: -500, userId: 12 })).toBeUndefined();
  });

  it('gives each role what those before it have', () => {
    expect(mayAct('viewer', 'viewer')).toBe(true);
    expect(mayAct('viewer', 'trader')).toBe(false);
    expect(mayAct('trader', 'viewer')).toBe(true);
    expect(mayAct('trader', 'admin')).toBe(false);
    expect(mayAct('admin', 'trader')).toBe(true);
  });
});
