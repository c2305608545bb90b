/** What the reply to INFO says about the bounds of Redis. */
export interface RedisFigures {
  readonly memoryBytes: number | undefined;
  /** Undefined when Redis has no limit of its own. */
  readonly memoryBytesMax: number | undefined;
  readonly clients: number | undefined;
  readonly clientsMax: number | undefined;
  readonly aofBytes: number | undefined;
  /** False while it cannot write its append-only file; undefined without one. */
  readonly isAofOk: boolean | undefined;
}

/** Fields that a Redis or a service like it leaves out are undefined. */
export function parseRedisInfo(text: string): RedisFigures {
  const fields = new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1 || line.startsWith('#') ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  const count = (name: string): number | undefined => {
    const text = fields.get(name);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const hasAof = fields.get('aof_enabled') === '1';
  return {
    memoryBytes: count('used_memory'),
    memoryBytesMax: count('maxmemory') || undefined,
    clients: count('connected_clients'),
    clientsMax: count('maxclients'),
    aofBytes: hasAof ? count('aof_current_size') : undefined,
    isAofOk: hasAof ? fields.get('aof_last_write_status') === 'ok' : undefined,
  };
}
