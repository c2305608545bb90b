/**
 * A desk of the kill matrix in a process of its own. It says how it stands, takes quotes and intents
 * from its parent, and dies where it is told to, as by `kill -9`.
 */
import { z } from 'zod';
import { TradeIntent } from '#core/model/intent.ts';
import { Quote } from '#core/model/market.ts';
import { startLife, unsettledIn } from '../orders/desk-life.ts';
import { orderConfig } from '../orders/order-section.ts';

const Wish = z.strictObject({
  url: z.string(),
  path: z.string(),
  style: z.enum(['bracket', 'taker', 'maker']),
  transport: z.enum(['rest', 'socket']),
  deskId: z.string(),
  /** Where it dies, and the how manieth time it comes there; none = nowhere. */
  point: z.string(),
  nth: z.int(),
});
const Message = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('quote'), quote: Quote }),
  z.strictObject({ kind: z.literal('intent'), intent: TradeIntent }),
]);

const STATUS_MS = 50;
const wish = Wish.parse(JSON.parse(process.argv[2] ?? ''));
const { url, path, style, transport, deskId, point, nth } = wish;

let passed = 0;
const life = await startLife({
  url,
  path,
  transport,
  config: orderConfig(style, deskId),
  crash: (here) => {
    if (here !== point) return;
    passed += 1;
    if (passed === nth) process.kill(process.pid, 'SIGKILL');
  },
});
process.on('message', (raw) => {
  const message = Message.parse(raw);
  if (message.kind === 'quote') life.execution.onQuote(message.quote);
  else life.execution.onIntent(message.intent).catch(() => undefined);
});
process.on('disconnect', () => process.exit(0));
setInterval(() => {
  void status().then((said) => process.send?.(said));
}, STATUS_MS);

async function status(): Promise<object> {
  const isReady = (life.counts.get('reconciled') ?? 0) > 0;
  const problems = life.problems.map(String);
  if (life.isFenced()) return { isReady, isFenced: true, left: [], held: 0, problems };
  const left = await unsettledIn(life).catch((error: unknown) => [String(error)]);
  const held = life.execution.heldPairs().length;
  return { isReady, isFenced: life.isFenced(), left, held, problems };
}
