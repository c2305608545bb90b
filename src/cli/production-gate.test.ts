import { describe, expect, it } from 'vitest';
import { assertMayStart } from './production-gate.ts';

describe('assertMayStart', () => {
  it('refuses production that nobody decided on and says how to', () => {
    expect(() => assertMayStart('production', undefined)).toThrow(/not promoted.*--override/);
  });

  it('takes production with a reason, and shadow without', () => {
    expect(() => assertMayStart('production', 'first look')).not.toThrow();
    expect(() => assertMayStart('shadow', undefined)).not.toThrow();
  });

  it('refuses a reason for shadow: the flag for production was forgotten', () => {
    expect(() => assertMayStart('shadow', 'first look')).toThrow(/add --production/);
  });
});
