/** The API of a running desk, as the desk's own user asks it. */
import { z } from 'zod';
import { readLocalToken } from '#platform/access/local-token.ts';

const API_WITHIN_MS = 2_000;
const GatewayFacts = z.looseObject({ url: z.url() });

export interface DeskApi {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type ApiAnswer<T> =
  | { readonly kind: 'given'; readonly value: T }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Where it is, from the facts of the coordinator; undefined while the gateway is not up. */
export function deskApi(
  facts: Readonly<Record<string, unknown>>,
  dataDir: string,
): DeskApi | undefined {
  const url = GatewayFacts.safeParse(facts['gateway']).data?.url;
  return url === undefined ? undefined : { url, headers: headersFor(dataDir) };
}

/** The gateway leaves a token for its own user; without it reads are open on loopback alone. */
function headersFor(dataDir: string): DeskApi['headers'] {
  try {
    const token = readLocalToken(dataDir);
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  } catch {
    return {};
  }
}

/** `path` is what follows `/api/v1/`; `absent` is the API's 404 in its own words. */
export async function readApi<S extends z.ZodType>(
  api: DeskApi | undefined,
  path: string,
  schema: S,
): Promise<ApiAnswer<z.output<S>>> {
  if (api === undefined) return { kind: 'failed', why: 'the API is not up' };
  try {
    const signal = AbortSignal.timeout(API_WITHIN_MS);
    const answer = await fetch(`${api.url}/api/v1/${path}`, { signal, headers: api.headers });
    if (answer.ok) return { kind: 'given', value: schema.parse(await answer.json()) };
    if (answer.status !== 404) return { kind: 'failed', why: `the API answers ${answer.status}` };
    const { detail } = Problem.parse(await answer.json());
    return { kind: 'absent', why: detail };
  } catch (error) {
    const isStrange = error instanceof z.ZodError;
    const why = isStrange ? 'the API gave a strange answer' : 'the API is silent';
    return { kind: 'failed', why };
  }
}

const Problem = z.looseObject({ detail: z.string() });
