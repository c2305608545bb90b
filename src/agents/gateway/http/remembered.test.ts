import { describe, expect, it } from 'vitest';
import { remembered } from './remembered.ts';

describe('remembered answers', () => {
  it('are found while their source is the same', () => {
    const answers = remembered();
    answers.keep('/orders', 'one', '[]');

    expect(answers.find('/orders', 'one')).toBe('[]');
    expect(answers.find('/orders?limit=2', 'one')).toBeUndefined();
  });

  it('are gone when it has changed, also when it changes back', () => {
    const answers = remembered();
    answers.keep('/orders', 'one', '[]');

    expect(answers.find('/orders', 'two')).toBeUndefined();
    expect(answers.find('/orders', 'one')).toBeUndefined();
  });

  it('take no more than their bound', () => {
    const answers = remembered(5);
    answers.keep('a', 'one', '123');
    answers.keep('b', 'one', '456');

    expect(answers.find('a', 'one')).toBe('123');
    expect(answers.find('b', 'one')).toBeUndefined();
  });
});
