import { describe, expect, test } from 'vitest';
import { isOwnHost } from './own-host.ts';

describe('own host', () => {
  test.each([
    '127.0.0.1:8000',
    '[::1]:8000',
    '192.168.1.20',
    'localhost:8000',
    'desk.localhost',
    'bot:8000',
    'host.docker.internal:8000',
    'desk.example.com',
    'DESK.example.com:8000',
    undefined,
  ])('%s is ours', (header) => {
    expect(isOwnHost(header, 'desk.example.com')).toBe(true);
  });

  test.each(['evil.example', 'rebind.evil.example:8000', '127.0.0.1.evil.example', 'a b', ''])(
    '%j is somebody else’s',
    (header) => {
      expect(isOwnHost(header, '127.0.0.1')).toBe(false);
    },
  );
});
