import { describe, expect, it } from 'vitest';
import { secretsOf } from './init-config.ts';

describe('secretsOf', () => {
  it('finds them under their keys and in the query of addresses', () => {
    const config = {
      x: { bearer_token: 'hunter1', origin: 'https://x.invalid' },
      news: { feeds: ['https://a.invalid/rss?lang=en&apikey=hunter2', 'https://b.invalid/rss'] },
      santiment: { api_key: null },
    };

    expect(secretsOf(config)).toEqual(['hunter1', 'hunter2']);
  });

  it('finds the logins of addresses, as written and decoded, but no name beside a password', () => {
    const feeds = ['https://ann:hunter%201@a.invalid/rss', 'https://hunter2@b.invalid/100%'];
    const redis = { url: 'redis://default:hunter%@host' };

    expect(secretsOf({ feeds, redis })).toEqual(['hunter%201', 'hunter 1', 'hunter2', 'hunter%']);
  });
});
