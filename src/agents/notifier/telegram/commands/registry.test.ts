import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PromotionConfig } from '#core/promotion/config.ts';
import { allCommands } from './registry.ts';

const commands = allCommands(() => ({
  mode: 'shadow',
  decisionHash: '',
  venue: '',
  tape: 'live',
  timeframe: '1m',
  config: PromotionConfig.parse({}),
}));

describe('commands', () => {
  it('are the table of docs/telegram.md', () => {
    const table = readFileSync('docs/telegram.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `/'));

    expect(table).toEqual(
      commands.map(({ name, usage, role, help }) => {
        const shown = `/${name}${usage === undefined ? '' : ` ${usage}`}`.replaceAll('|', '\\|');
        return `| \`${shown}\` | ${role} | ${help} |`;
      }),
    );
  });

  it('have names that Telegram takes, each once', () => {
    const names = commands.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9_]{1,32}$/.test(name))).toEqual([]);
  });

  it('that act are for traders and admins alone', () => {
    const acting = ['pause', 'resume', 'close', 'flatten', 'killswitch', 'mute', 'unmute', 'logs'];
    const viewers = commands.filter(({ role }) => role === 'viewer').map(({ name }) => name);

    expect(viewers.filter((name) => acting.includes(name))).toEqual([]);
  });
});
