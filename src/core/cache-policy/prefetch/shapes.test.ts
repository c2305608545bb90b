import { describe, expect, it } from 'vitest';
import { createShapes } from './shapes.ts';

describe('shapes of keys', () => {
  it('are those read of two pairs and more, given another pair', () => {
    const shapes = createShapes();
    for (const key of ['c.v1:A/Q|1h|5', 'c.v1:B/Q|1h|5', 'c.v1:A/Q|4h|5', 'd.v1:A/Q', 'd.v1:B/Q']) {
      shapes.note(key);
    }
    shapes.note('t.v1:all');

    expect(shapes.keysFor('NEW/Q')).toEqual(['c.v1:NEW/Q|1h|5', 'd.v1:NEW/Q']);
  });

  it('are bounded, the latest staying', () => {
    const shapes = createShapes();
    for (let i = 0; i < 100; i += 1)
      for (const pair of ['A/Q', 'B/Q']) shapes.note(`c:${pair}|${i}`);

    expect(shapes.keysFor('N/Q')).toHaveLength(32);
    expect(shapes.keysFor('N/Q')).toContain('c:N/Q|99');
  });
});
