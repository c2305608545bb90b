/** `/practice/shock`: moves of the market to order. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readJson } from './read-body.ts';
import type { Venue } from './venue.ts';

/** Without a symbol of all coins at once, without a hold for good. */
const Shock = z.strictObject({
  symbol: z.string().min(1).optional(),
  fraction: z.number().gt(-0.99).max(10),
  rampMs: z.int().min(0).max(3_600_000).default(5_000),
  holdMs: z.int().min(0).max(86_400_000).optional(),
});

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

export async function shockByHand(
  { world, symbols }: Pick<Venue, 'world' | 'symbols'>,
  request: IncomingMessage,
): Promise<Answer> {
  if (request.method === 'DELETE') {
    world.calm?.();
    return { status: 200, value: {} };
  }
  if (request.method !== 'POST') return refused(405, 'POST a shock, DELETE takes all back');
  const body = Shock.safeParse(await readJson(request));
  if (!body.success) return refused(400, z.prettifyError(body.error));
  const { symbol } = body.data;
  if (symbol !== undefined && !symbols.has(symbol)) {
    return refused(400, `there is no symbol ${symbol}`);
  }
  if (world.shock === undefined) return refused(409, 'recorded prices cannot be moved');
  const shock = { ...body.data, startMs: world.now() };
  return world.shock(shock)
    ? { status: 201, value: shock }
    : refused(409, 'too many shocks at once');
}

function refused(status: number, error: string): Answer {
  return { status, value: { error } };
}
