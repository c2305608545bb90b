import { describe, expect, it } from 'vitest';
import { importsOf, importsUnder } from './imports.ts';
import { violation } from './rules.ts';

describe('folder boundaries', () => {
  it('hold for every import under src', () => {
    const imports = importsUnder('.', 'src');

    const violations = imports.map(violation).filter((text) => text !== undefined);

    expect(imports.length).toBeGreaterThan(20);
    expect(violations).toEqual([]);
  });

  it.each([
    ['src/core/risk/x.ts', "import type { Bus } from '#bus/bus.ts';"],
    ['src/core/risk/x.ts', "import { readFileSync } from 'node:fs';"],
    ['src/practice/x.ts', "export { classify } from '#exchange/errors.ts';"],
    ['src/agents/gateway/x.ts', "import { openVenue } from '#exchange/open.ts';"],
    ['src/agents/gateway/x.ts', "import { start } from '../data/agent.ts';"],
    ['src/agents/gateway/x.ts', "import { openLedger } from '#ledger/open-ledger.ts';"],
    ['src/coordinator/x.ts', "import { start } from '#agents/data/agent.ts';"],
    ['src/agents/data/x.ts', "import ccxt from 'ccxt';"],
    ['src/agents/data/x.ts', "const m = await import('ccxt');"],
    ['src/elsewhere/x.ts', "import { z } from 'zod';"],
  ])('see a planted violation in %s: %s', (file, text) => {
    const violations = importsOf(file, text).map(violation);

    expect(violations.filter((found) => found !== undefined)).toHaveLength(1);
  });

  it.each([
    ['src/core/risk/x.ts', "import { z } from 'zod'; import { add } from '../money/add.ts';"],
    ['src/desk-config/x.ts', "import { DataConfig } from '#agents/data/config.ts';"],
    ['src/agents/gateway/x.ts', "import { openLedgerReader } from '#ledger/reader.ts';"],
  ])('allow what %s needs: %s', (file, text) => {
    expect(importsOf(file, text).map(violation)).not.toContainEqual(expect.any(String));
  });
});
