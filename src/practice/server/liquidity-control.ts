/** `/practice/liquidity`: wide spreads and thin books to order. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readJson } from './read-body.ts';
import type { Venue } from './venue.ts';

/** Without a symbol for all coins; what is left out is as usual. */
const Wanted = z.strictObject({
  symbol: z.string().min(1).optional(),
  spreadFraction: z.number().min(0).max(0.5).default(0),
  depthShare: z.number().min(0.001).max(1).default(1),
});

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

export async function liquidityByHand(
  { world, symbols }: Pick<Venue, 'world' | 'symbols'>,
  request: IncomingMessage,
): Promise<Answer> {
  const { liquidity } = world;
  if (liquidity === undefined) return refused(409, 'recorded books are as they were');
  if (request.method === 'DELETE') {
    liquidity.clear();
    return { status: 200, value: {} };
  }
  if (request.method !== 'POST') return refused(405, 'POST what is wanted, DELETE takes all back');
  const body = Wanted.safeParse(await readJson(request));
  if (!body.success) return refused(400, z.prettifyError(body.error));
  const { symbol, ...wanted } = body.data;
  if (symbol !== undefined && !symbols.has(symbol)) {
    return refused(400, `there is no symbol ${symbol}`);
  }
  for (const one of symbol === undefined ? symbols.keys() : [symbol]) liquidity.put(one, wanted);
  return { status: 201, value: body.data };
}

function refused(status: number, error: string): Answer {
  return { status, value: { error } };
}
