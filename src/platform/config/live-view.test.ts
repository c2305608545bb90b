import { describe, expect, it } from 'vitest';
import { liveView } from './live-view.ts';

describe('liveView', () => {
  it('reads what is in force now, in sections inside too', () => {
    let section = { limit: 1, steps: [1, 2], entry: { style: 'taker' } };
    const view = liveView(() => section);
    const { entry } = view;

    section = { limit: 2, steps: [3], entry: { style: 'maker' } };

    expect(view).toEqual({ limit: 2, steps: [3], entry: { style: 'maker' } });
    expect(entry.style).toBe('maker');
  });
});
