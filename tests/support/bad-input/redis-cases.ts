import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { startRedis } from '../redis-server.ts';
import { freePort } from '../desk.ts';
import type { BadCase } from './bad-case.ts';
import type { Outcome, Place } from './place.ts';

/** A PATH with everything this machine has but these programs. */
function pathWithout(place: Place, programs: readonly string[]): string {
  const folder = join(place.folder, 'bin');
  mkdirSync(folder);
  for (const from of ['/usr/bin', '/bin', dirname(process.execPath)]) {
    for (const name of readdirSync(from)) {
      if (programs.includes(name)) continue;
      try {
        symlinkSync(join(from, name), join(folder, name));
      } catch {
        // The same program in two folders: the first one stays.
        continue;
      }
    }
  }
  return folder;
}

/** Something else that listens where a Redis is expected. */
async function withServer(
  place: Place,
  onData: (socket: Socket, text: string) => void,
): Promise<Outcome> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => onData(socket, chunk.toString()));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  try {
    return await place.start({ env: { REDIS_URL: `redis://127.0.0.1:${port}` } });
  } finally {
    server.close();
  }
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

async function withRedis(
  place: Place,
  commands: readonly string[],
  url: (socketPath: string) => string,
): Promise<Outcome> {
  await using redis = await startRedis();
  for (const command of commands) await redis.command(command);
  return await place.start({ env: { REDIS_URL: url(redis.socketPath) } });
}

/** Redis missing, away, wrong. */
export const REDIS_CASES: readonly BadCase[] = [
  {
    name: 'no redis-server on this machine',
    code: 2,
    says: [/needs redis-server >= 6\.2, found none/, /set REDIS_URL/, /apt-get install/],
    start: (place) =>
      place.start({ env: { PATH: pathWithout(place, ['redis-server', 'apt-get']) } }),
  },
  {
    name: 'REDIS_URL where nothing listens',
    code: 71,
    says: [/redis:\/\/127\.0\.0\.1:\d+ cannot be reached/, /ECONNREFUSED/],
    start: async (place) =>
      place.start({ env: { REDIS_URL: `redis://127.0.0.1:${await freePort()}` } }),
  },
  {
    name: 'REDIS_URL of something that is not Redis',
    code: 2,
    says: [/answers, but not as a Redis does/],
    start: (place) => withServer(place, (socket) => void socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
  },
  {
    name: 'REDIS_URL of something that says nothing',
    code: 71,
    says: [/cannot be reached/],
    start: (place) => withServer(place, () => undefined),
  },
  {
    name: 'a Redis that is too old',
    code: 2,
    says: [/is 5\.0; nightdesk needs 6\.2 or newer/],
    start: (place) =>
      withServer(place, (socket, text) => {
        const info = bulk('# Server\r\nredis_version:5.0.14\r\nmaxmemory_policy:noeviction\r\n');
        const questions = text.match(/\b(info|client|hello)\b/gi) ?? [];
        for (const question of questions) {
          socket.write(question.toLowerCase() === 'info' ? info : '+OK\r\n');
        }
      }),
  },
  {
    name: 'a Redis with another password',
    code: 2,
    says: [/refuses the user or password/],
    start: async (place) => {
      const port = await freePort();
      const commands = [`CONFIG SET port ${port}`, 'CONFIG SET requirepass secret-one'];
      return await withRedis(place, commands, () => `redis://:wrong-one@127.0.0.1:${port}`);
    },
  },
  {
    name: 'a Redis that evicts keys',
    code: 2,
    says: [/evicts keys \(allkeys-lru\)/, /noeviction/],
    start: (place) =>
      withRedis(
        place,
        ['CONFIG SET maxmemory 100mb', 'CONFIG SET maxmemory-policy allkeys-lru'],
        (path) => `unix://${path}`,
      ),
  },
];
