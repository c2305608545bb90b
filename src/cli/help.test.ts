import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandNames, helpText } from './help.ts';

describe('help', () => {
  it('has every command that there is', () => {
    const main = readFileSync(join(import.meta.dirname, 'main.ts'), 'utf8');
    const loaders = /LOADERS[^{]*\{([\s\S]*?)\n\};/.exec(main)?.[1] ?? '';
    const commands = [...loaders.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map((match) => match[1]);

    expect(commands.length).toBeGreaterThan(10);
    expect(new Set(commandNames().split(', '))).toEqual(new Set([...commands, 'help']));
  });

  it('tells the flags of one command', () => {
    expect(helpText('audit')).toContain('--head NUMBER:HASH');
    expect(helpText('audit')).not.toContain('kill-switch');
    expect(helpText('promote')).toContain('--exchange ID');
  });

  it('tells everything when asked for what is not there', () => {
    expect(helpText('strat')).toBe(helpText());
  });
});
