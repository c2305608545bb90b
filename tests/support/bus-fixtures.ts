/** Small contracts and payloads of the tests' own, so that a test shows what it sends. */
import { z } from 'zod';
import { defineQueue, defineState, defineTopic } from '#bus/contract.ts';

export const Note = z.strictObject({ id: z.string(), n: z.int() });
export type Note = z.output<typeof Note>;

export const notes = defineQueue({
  name: 'test-notes',
  version: 1,
  payload: Note,
  key: (note) => note.id,
  from: 'data',
  to: 'gateway',
  attempts: 2,
  expiresAfterMs: 60_000,
  maxWaiting: 50,
  keptWhenDone: 2_000,
});

export const news = defineTopic({
  name: 'test-news',
  version: 1,
  payload: Note,
  from: 'data',
  to: ['gateway'],
  resync: 'none: a test',
});

export const board = defineState({
  name: 'test-board',
  version: 1,
  payload: Note,
  from: ['data'],
  to: ['gateway'],
  field: 'id',
  rebuild: 'none: a test',
});
