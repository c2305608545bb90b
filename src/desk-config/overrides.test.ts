import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasSecret, overridesText, pathOf, withSetting } from './overrides.ts';

describe('overrides', () => {
  it('are written so that they are read back', () => {
    const tree = withSetting(withSetting({}, ['a', 'b'], [1, 'x']), ['a', 'c.d'], null);

    expect(parse(overridesText(tree))).toEqual({ a: { b: [1, 'x'], 'c.d': null } });
    expect(parse(overridesText({}))).toEqual({});
  });

  it('know a name with dots by the configuration', () => {
    const config = { notifier: { events: { 'order.filled': 'on' } } };

    expect(pathOf('notifier.events.order.filled', config)).toEqual([
      'notifier',
      'events',
      'order.filled',
    ]);
    expect(pathOf('risk_limits.new', config)).toEqual(['risk_limits', 'new']);
    expect(pathOf('notifier.constructor.x', config)).toEqual(['notifier', 'constructor', 'x']);
  });

  it.each([
    [['exchange', 'api_key'], 'x', true],
    [['notifier', 'webhooks'], [{ signing_secret: 'x' }], true],
    [['redis', 'url'], 'redis://me:planted@host', true],
    [['news', 'feeds'], ['https://a.invalid/rss?apikey=planted'], true],
    [['news', 'feeds'], ['https://planted@a.invalid/rss'], true],
    [['news', 'feeds'], ['https://a.invalid/rss?sig=planted'], true],
    [['news', 'feeds'], ['https://a.invalid/rss?apikey=********'], true],
    [['news', 'feeds'], ['https://a.invalid/rss?page=2'], false],
    [['practice', 'accounts'], [{ uid: 1, api_key: null }], false],
    [['risk_limits'], { daily_loss_max: 0.1 }, false],
  ])('%j = %j has a secret: %s', (path, value, expected) => {
    expect(hasSecret(path, value)).toBe(expected);
  });
});
