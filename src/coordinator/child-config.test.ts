import { describe, expect, it } from 'vitest';
import { childConfig } from './child-config.ts';

const CONFIG = {
  mode: 'production',
  exchange: { name: 'binance', api_key: 'KEY-1', api_secret: 'SECRET-1', base_url: null },
  llm_providers: { openai: { api_key: 'KEY-2', model: 'x' } },
  gateway: { token: 'TOKEN-3', port: 8000 },
  practice: { seed: 7, port: 0 },
  redis: { url: null, socket_path: null },
  data_dir: 'data',
};
const PRACTICE = { ...CONFIG, exchange: { name: 'practice', base_url: null, ws_url: null } };
const AROUND = { dataDir: '/srv/data', redisSocket: '/srv/data/run/redis.sock', practicePort: 3 };

describe('childConfig', () => {
  it('gives exchange keys to execution alone', () => {
    expect(JSON.stringify(childConfig(CONFIG, 'execution', AROUND))).toContain('SECRET-1');
    for (const agent of ['practice', 'data', 'trading-worker', 'gateway']) {
      const text = JSON.stringify(childConfig(CONFIG, agent, AROUND));
      expect(text).not.toMatch(/KEY-|SECRET-|TOKEN-/);
    }
  });

  it('gives nobody exchange keys in shadow, where nothing is signed', () => {
    const shadow = childConfig({ ...CONFIG, mode: 'shadow' }, 'execution', AROUND);

    expect(JSON.stringify(shadow)).not.toMatch(/KEY-|SECRET-/);
  });

  it('gives the practice exchange the keys of its accounts and of nothing else', () => {
    const practice = { seed: 7, accounts: [{ uid: 1, api_key: 'KEY-9', api_secret: 'SECRET-9' }] };
    const config = { ...CONFIG, practice };

    const text = JSON.stringify(childConfig(config, 'practice', AROUND));
    expect(text).toContain('SECRET-9');
    expect(text).not.toMatch(/KEY-1|KEY-2|TOKEN-3/);
    expect(JSON.stringify(childConfig(config, 'execution', AROUND))).not.toContain('SECRET-9');
  });

  it('tells execution alone what was asked for at the start', () => {
    const wishes = { id: 'x', by: 'a', atMs: 1, override: 'why', acceptDifferences: true };
    const around = { ...AROUND, wishes };

    expect(childConfig(CONFIG, 'execution', around)).toMatchObject({ start: wishes });
    expect(childConfig(CONFIG, 'gateway', around)).not.toHaveProperty('start');
  });

  it("takes other parts' secrets away from execution too", () => {
    expect(JSON.stringify(childConfig(CONFIG, 'execution', AROUND))).not.toMatch(/KEY-2|TOKEN-3/);
  });

  it('takes the keys in the addresses of feeds from all but who reads them', () => {
    const news = { feeds: ['https://a.invalid/rss?apikey=SECRET-8&lang=en'] };
    const config = { ...CONFIG, sentiment_agent: { sources: { news } } };
    const of = (agent: string) => JSON.stringify(childConfig(config, agent, AROUND));

    expect(of('sentiment')).toContain('SECRET-8');
    expect(of('gateway')).not.toContain('SECRET-8');
    expect(of('gateway')).toContain('lang=en');
  });

  it('takes the logins in the addresses of feeds from all but who reads them', () => {
    const news = { feeds: ['https://ann:SECRET-8@a.invalid/rss', 'https://TOKEN-8@b.invalid/rss'] };
    const config = { ...CONFIG, sentiment_agent: { sources: { news } } };
    const of = (agent: string) => JSON.stringify(childConfig(config, agent, AROUND));

    expect(of('sentiment')).toContain('https://ann:SECRET-8@a.invalid/rss');
    expect(of('sentiment')).toContain('https://TOKEN-8@b.invalid/rss');
    expect(of('gateway')).not.toMatch(/SECRET-8|TOKEN-8/);
    expect(of('gateway')).toContain('@a.invalid/rss');
  });

  it('leaves all of them the login of Redis', () => {
    const redis = { url: 'rediss://me:p?token=w@host:6379', socket_path: null };
    const around = { ...AROUND, redisSocket: undefined };

    for (const agent of ['gateway', 'data', 'execution']) {
      expect(childConfig({ ...CONFIG, redis }, agent, around)).toMatchObject({ redis });
    }
  });

  it('gives the login of a shared budget to who asks the venue, and to nobody else', () => {
    const budget_redis_url = 'rediss://me:SECRET-6@host:6379?token=SECRET-6';
    const config = { ...CONFIG, exchange: { ...CONFIG.exchange, budget_redis_url } };
    const of = (agent: string, mode: string) =>
      JSON.stringify(childConfig({ ...config, mode }, agent, AROUND));

    for (const mode of ['shadow', 'production']) {
      for (const agent of ['data', 'execution']) {
        expect(of(agent, mode), agent).toContain(budget_redis_url);
      }
      for (const agent of ['risk', 'trading-worker', 'practice', 'notifier', 'gateway']) {
        expect(of(agent, mode), agent).not.toContain('SECRET-6');
        expect(of(agent, mode), 'it is still an address').toMatch(/rediss:\/\/\S+@host:6379/);
      }
    }
  });

  it('fills in where Redis, the data folder and the practice exchange are', () => {
    expect(childConfig(PRACTICE, 'data', AROUND)).toMatchObject({
      data_dir: '/srv/data',
      redis: { url: null, socket_path: '/srv/data/run/redis.sock' },
      exchange: { base_url: 'http://127.0.0.1:3', ws_url: 'ws://127.0.0.1:3' },
    });
  });

  it('brings the practice exchange back on its port unless the config names one', () => {
    const fixed = { ...PRACTICE, practice: { seed: 7, port: 9_000 } };

    expect(childConfig(PRACTICE, 'practice', AROUND)).toMatchObject({
      practice: { seed: 7, port: 3 },
      exchange: { base_url: null },
    });
    expect(childConfig(fixed, 'practice', AROUND)).toMatchObject({ practice: { port: 9_000 } });
  });

  it('leaves the exchange address alone before the practice exchange is there', () => {
    const around = { ...AROUND, practicePort: undefined, redisSocket: undefined };

    expect(childConfig(PRACTICE, 'data', around)).toMatchObject({
      exchange: { base_url: null },
      redis: { socket_path: null },
    });
  });

  it('never sends another exchange to the port that practice had on this folder', () => {
    for (const agent of ['data', 'execution']) {
      expect(childConfig(CONFIG, agent, AROUND)).toMatchObject({
        exchange: { name: 'binance', base_url: null },
      });
    }
  });

  it('gives a shared process the names and secrets of its members, and no others', () => {
    const config = {
      ...CONFIG,
      sentiment_agent: { reddit: { client_secret: 'SECRET-7' } },
      coordinator: { placement: 'together' },
    };

    const together = childConfig(config, 'risk', AROUND);
    const apart = childConfig({ ...config, coordinator: { placement: 'apart' } }, 'risk', AROUND);

    expect(together).toMatchObject({ together: ['risk', 'pair-selector', 'sentiment'] });
    expect(JSON.stringify(together)).toContain('SECRET-7');
    expect(JSON.stringify(together)).not.toContain('SECRET-1');
    expect(apart).not.toHaveProperty('together');
    expect(JSON.stringify(apart)).not.toContain('SECRET-7');
  });
});
