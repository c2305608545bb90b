import { describe, expect, it } from 'vitest';
import { OrderStatus } from '#core/model/order.ts';
import { isEnded, isLegalPath, isLegalStep, TRANSITIONS } from './transitions.ts';

describe('order transitions', () => {
  it('never leads back to created', () => {
    for (const from of OrderStatus.options) {
      expect(TRANSITIONS[from], from).not.toContain('created');
    }
  });

  it('leaves an ended status only for filled', () => {
    for (const from of OrderStatus.options.filter(isEnded)) {
      expect(
        TRANSITIONS[from].filter((to) => to !== 'filled'),
        from,
      ).toEqual([]);
    }
    expect(TRANSITIONS.rejected).toEqual([]);
  });

  it('reaches every other status from created', () => {
    expect(new Set(TRANSITIONS.created)).toEqual(
      new Set(OrderStatus.options.filter((status) => status !== 'created')),
    );
  });

  it.each([
    [['created', 'open', 'partly-filled', 'partly-filled', 'filled'], true],
    [['created', 'filled'], true],
    [['created', 'open', 'cancelled', 'filled'], true],
    [['created'], true],
    [[], false],
    [['open', 'filled'], false],
    [['created', 'filled', 'cancelled'], false],
    [['created', 'rejected', 'open'], false],
    [['created', 'partly-filled', 'open'], false],
  ] as const)('judges the path %j as legal: %s', (path, isLegal) => {
    expect(isLegalPath([...path])).toBe(isLegal);
  });

  it('allows every status to repeat', () => {
    for (const status of OrderStatus.options) expect(isLegalStep(status, status)).toBe(true);
  });
});
