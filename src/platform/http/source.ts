import type { z } from 'zod';
import { type AskSource, createAskSource, type SourceDeps } from './ask-source.ts';
import type { Answer, GetOptions, HttpSource, PostOptions, SourceOptions } from './http-source.ts';
import { garbled } from './source-errors.ts';
import { jsonOf } from '../json-of.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

export function createSource(options: SourceOptions, deps: SourceDeps): HttpSource {
  const { name } = options;
  const ask = createAskSource(options, deps);
  const get = createGet(name, deps, ask);
  return {
    name,
    getJson: (path, { schema, ...rest }) =>
      get(path, {
        ...rest,
        accept: JSON_TYPE,
        read: (text, type, host) => parsed({ text, type, where: { source: name, host } }, schema),
      }),
    getText: (path, { types, ...rest } = {}) =>
      get(path, {
        ...rest,
        accept: types?.join(', ') ?? '*/*',
        read: (text, type, host) => {
          const isWanted = types?.some((start) => type.toLowerCase().startsWith(start)) ?? true;
          if (type !== '' && !isWanted) throw garbled({ source: name, host }, 'wrong type');
          return text;
        },
      }),
    postJson: async (path, post) => {
      const { schema, isRead = false, query, headers, weight, signal } = post;
      const { value } = await ask({
        ...bodyOf(post),
        path,
        method: 'POST',
        accept: JSON_TYPE,
        isRepeatable: isRead,
        query,
        headers,
        weight,
        signal,
        known: undefined,
        read: (text, type, host) => parsed({ text, type, where: { source: name, host } }, schema),
      });
      return { value, isNotModified: false, atMs: deps.clock.now() };
    },
    blockedMs: () => deps.calls.blockedMs(),
  };
}

interface Reading<T> extends GetOptions {
  readonly accept: string;
  readonly read: (text: string, type: string, host: string) => T;
}

/** Reads what changed since the last time, or gives what is known. */
function createGet(name: string, deps: SourceDeps, ask: AskSource) {
  const { store, metrics, clock } = deps;
  return async <T>(path: string, reading: Reading<T>): Promise<Answer<T>> => {
    const { accept, read, etag = true, query, headers, weight, signal } = reading;
    const key = JSON.stringify([name, path, query, headers]);
    const known = etag ? store.get(key) : undefined;
    const asked = { path, accept, read, query, headers, weight, signal, known };
    const { reply, value } = await ask({ ...asked, method: 'GET', isRepeatable: true });
    const hasMarks = reply.etag !== undefined || reply.lastModified !== undefined;
    if (etag && hasMarks && !reply.isNotModified) {
      store.set(key, { text: reply.text, etag: reply.etag, lastModified: reply.lastModified });
      metrics.storeBytes.set(store.bytes());
    }
    return { value, isNotModified: reply.isNotModified, atMs: clock.now() };
  };
}

function bodyOf({ json, form }: Pick<PostOptions<z.ZodType>, 'json' | 'form'>) {
  return form === undefined
    ? { body: JSON.stringify(json ?? {}), bodyType: JSON_TYPE }
    : { body: new URLSearchParams(form).toString(), bodyType: FORM_TYPE };
}

/** The schema's value of a text. Says where it does not fit, never what stood there. */
function parsed<S extends z.ZodType>(
  answer: { text: string; type: string; where: { source: string; host: string } },
  schema: S,
): z.output<S> {
  const { text, type, where } = answer;
  if (/html/i.test(type)) throw garbled(where, 'a page instead of data');
  const data = jsonOf(text);
  if (data === undefined) throw garbled(where, 'no JSON');
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw garbled(where, `${first?.path.join('.') ?? ''}: ${first?.code ?? 'unknown'}`);
}
