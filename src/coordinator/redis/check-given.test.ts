import { describe, expect, it } from 'vitest';
import { isExposed } from './check-given.ts';

describe('a given Redis', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'redis://127.8.0.1',
    'redis://localhost:6379/2',
    'redis://[::1]:6379',
    'rediss://desk:secret@redis.example:6380',
    'unix:///run/redis.sock',
  ])('at %s speaks where nobody else listens', (url) => {
    expect(isExposed(url)).toBe(false);
  });

  it.each([
    'redis://redis.example:6379',
    'redis://:secret@10.0.0.5',
    'redis://127.0.0.1.evil.example',
    'redis://localhost.example:1',
    'redis://[2001:db8::1]:6379',
  ])('at %s would be heard on the network', (url) => {
    expect(isExposed(url)).toBe(true);
  });
});
