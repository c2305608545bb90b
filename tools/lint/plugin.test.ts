import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..');

// The real linter on a real file: a rule that the linter does not load would pass any other test.
function lint(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-lint-'));
  try {
    writeFileSync(join(folder, 'sample.ts'), text);
    writeFileSync(
      join(folder, '.oxlintrc.json'),
      JSON.stringify({
        jsPlugins: [join(ROOT, 'tools/lint/plugin.ts')],
        categories: { correctness: 'off' },
        rules: {
          'nightdesk/static-log-message': 'error',
          'nightdesk/no-swallowing-catch': 'error',
          'nightdesk/schema-name': 'error',
        },
      }),
    );
    const result = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '-c', '.oxlintrc.json', 'sample.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    return result.stdout + result.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('house lint rules', () => {
  it.each([
    ['static-log-message', 'log.info({ a: 1 }, `price is ${a}`);'],
    ['static-log-message', "this.log.warn('price ' + a);"],
    ['no-swallowing-catch', 'try { f(); } catch {}'],
    ['no-swallowing-catch', 'f().catch(() => {});'],
    ['schema-name', 'const fillSchema = z.strictObject({});'],
    ['schema-name', 'export const FillSchema = z.object({});'],
  ])('%s flags %s', (rule, text) => {
    expect(lint(text)).toContain(`nightdesk(${rule})`);
  });

  it('leave good code alone', () => {
    const good = [
      "log.info({ price: a }, 'price changed');",
      'math.log(`x ${a}`);',
      'try { f(); } catch (error) { handle(error); }',
      'export const Fill = z.strictObject({});',
      'const text = z.string();',
    ].join('\n');

    expect(lint(good)).toContain('Found 0 warnings and 0 errors');
  });
});
