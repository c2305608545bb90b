import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/** The first of `count` ports in a row that nobody listens on now. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = await holdPort(0);
    const { port } = first.address() as AddressInfo;
    const others = Array.from({ length: count - 1 }, (_, index) => holdPort(port + 1 + index));
    const held = await Promise.allSettled(others);
    const servers = [
      first,
      ...held.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    ];
    await Promise.all(servers.map(async (server) => await closed(server)));
    if (servers.length === count) return port;
  }
}

/** Listens until closed. */
export async function holdPort(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
