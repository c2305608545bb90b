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
});
