/** State: hashes with the latest value by field. */
import type { Redis } from 'ioredis';
import { freshId } from '#platform/ids.ts';
import { wireName, type StateContract } from '../contract.ts';
import type { Bus } from '../bus.ts';
import { StateEnvelope, checkOutgoing, readEnvelope } from './envelope.ts';
import type { Guard } from '#platform/redis/guard.ts';
import { stateKey } from './keys.ts';
import type { Shared } from './shared.ts';

// Only removes what was read: the owner may have written a fresh value since.
const REMOVE_IF_SAME = `if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
  return redis.call('HDEL', KEYS[1], ARGV[1]) end return 0`;

type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'gone' | 'expired' };

export function stateStore(
  shared: Shared,
  redis: Redis,
  guard: Guard,
): Pick<Bus, 'set' | 'get' | 'all' | 'remove'> {
  const { clock, instance, log, observer } = shared;

  function read<T>(state: StateContract<T>, field: string, text: string): Read<T> {
    const result = readEnvelope(text, StateEnvelope, state.payload);
    if ('problem' in result) {
      observer.unreadable(wireName(state));
      log.warn({ state: wireName(state), field, problem: result.problem }, 'state is unreadable');
      return { kind: 'gone' };
    }
    const { expiresAtMs } = result.envelope;
    if (expiresAtMs !== undefined && expiresAtMs <= clock.now()) return { kind: 'expired' };
    return { kind: 'value', value: result.payload };
  }

  return {
    set: async (state, field, value, options) => {
      const envelope: StateEnvelope = {
        traceId: freshId(),
        sender: instance,
        sentMs: clock.now(),
        ...(options?.expiresAfterMs === undefined
          ? {}
          : { expiresAtMs: clock.now() + options.expiresAfterMs }),
        payload: checkOutgoing(state, value),
      };
      const text = JSON.stringify(envelope);
      await guard.run(wireName(state), () => redis.hset(stateKey(state), field, text));
    },

    get: async (state, field) => {
      const text = await guard.run(wireName(state), () => redis.hget(stateKey(state), field));
      if (text === null) return undefined;
      const result = read(state, field, text);
      return result.kind === 'value' ? result.value : undefined;
    },

    all: async <T>(state: StateContract<T>) => {
      const key = stateKey(state);
      const fields = await guard.run(wireName(state), () => redis.hgetall(key));
      const values = new Map<string, T>();
      for (const [field, text] of Object.entries(fields)) {
        const result = read(state, field, text);
        if (result.kind === 'value') values.set(field, result.value);
        if (result.kind === 'expired') {
          await guard.run(wireName(state), () => redis.eval(REMOVE_IF_SAME, 1, key, field, text));
        }
      }
      return values;
    },

    remove: async (state, field) => {
      await guard.run(wireName(state), () => redis.hdel(stateKey(state), field));
    },
  };
}
