import type { FastifyInstance } from 'fastify';
import { RequestProblem } from '../http/problem.ts';
import { STREAM_PATH } from './upgrade.ts';

/** For those who ask for the stream without an upgrade, and for the page at /docs. */
export function streamRoute(server: FastifyInstance): void {
  server.get(
    STREAM_PATH,
    {
      schema: {
        summary: 'WebSocket: orders, fills, positions and more as they happen; see docs/stream.md',
        tags: ['stream'],
        // OpenAPI has no words for what follows the upgrade.
        hide: true,
        response: { 426: { description: 'Ask for an upgrade to a WebSocket' } },
      },
      config: { needs: 'viewer' },
    },
    async () => {
      throw new RequestProblem(426, 'this is a WebSocket: ask for an upgrade', {
        headers: { upgrade: 'websocket' },
      });
    },
  );
}
