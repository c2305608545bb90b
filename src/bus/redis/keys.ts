import { wireName } from '../contract.ts';

/** First part of every key of the desk in Redis; also BullMQ's prefix. */
export const KEY_PREFIX = 'nightdesk';

type Named = Parameters<typeof wireName>[0];

export function topicChannel(topic: Named): string {
  return `${KEY_PREFIX}:topic:${wireName(topic)}`;
}

export function stateKey(state: Named): string {
  return `${KEY_PREFIX}:state:${wireName(state)}`;
}

export function deadLetterKey(queue: Named): string {
  return `${KEY_PREFIX}:dead:${wireName(queue)}`;
}

/** A key of BullMQ's own, e.g. `wait` or a job id. */
export function queueKey(queue: Named, part: string): string {
  return `${KEY_PREFIX}:${wireName(queue)}:${part}`;
}
