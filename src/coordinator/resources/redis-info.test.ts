import { describe, expect, it } from 'vitest';
import { parseRedisInfo } from './redis-info.ts';

const INFO = [
  '# Clients',
  'connected_clients:20',
  'maxclients:10000',
  '',
  '# Memory',
  'used_memory:1048576',
  'used_memory_human:1.00M',
  'maxmemory:0',
  '# Persistence',
  'aof_enabled:1',
  'aof_last_write_status:ok',
  'aof_current_size:56105271',
].join('\r\n');

describe('parseRedisInfo', () => {
  it('reads memory, clients and the append-only file', () => {
    expect(parseRedisInfo(INFO)).toEqual({
      memoryBytes: 1_048_576,
      memoryBytesMax: undefined,
      clients: 20,
      clientsMax: 10_000,
      aofBytes: 56_105_271,
      isAofOk: true,
    });
  });

  it('sees a limit of memory and a file that cannot be written', () => {
    const info = INFO.replace('maxmemory:0', 'maxmemory:67108864').replace(
      'status:ok',
      'status:err',
    );

    expect(parseRedisInfo(info)).toMatchObject({ memoryBytesMax: 67_108_864, isAofOk: false });
  });

  it('leaves out what a service does not tell', () => {
    const figures = parseRedisInfo('used_memory:-1\nconnected_clients:many\n');

    expect(new Set(Object.values(figures))).toEqual(new Set([undefined]));
  });
});
