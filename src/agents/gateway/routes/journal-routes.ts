/** What happened and who did it, from the ledger: there also while Redis is away. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LedgerEvent } from '#core/model/desk-event.ts';
import { Halt } from '#core/model/halt.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { listOf, pageOf, timeMs, wholeNumber, wholeNumberOr } from '../http/query.ts';
import { withoutUndefined } from '../http/without-undefined.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';
import { LedgerPage, pageAnswer } from './ledger-page.ts';

const EventQuery = z.strictObject({
  /** The last number that was dealt with; left out, the newest are given. */
  afterSeq: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
  limit: wholeNumberOr(100, 1, 1_000),
});

const EventAnswer = z.strictObject({
  /** Oldest first. */
  items: z.array(LedgerEvent),
  /** First number that is kept: whoever asks after an older one has missed some. 0: none is. */
  oldestSeq: z.int(),
  newestSeq: z.int(),
});

const Action = z.strictObject({
  id: z.string(),
  by: z.string(),
  kind: z.string(),
  reason: z.string(),
  result: z.string(),
  atMs: z.int(),
});

const AuditQuery = z.strictObject({
  /** A kind, or the first word of several: `order` is `order.created` and `order.ended`. */
  kind: z
    .string()
    .regex(/^[a-z-]{1,40}(\.[a-z-]{1,40})?$/, 'expected a kind such as "operator"')
    .optional(),
  sinceMs: timeMs.optional(),
  ...LedgerPage,
});

const AuditEntry = z.strictObject({
  seq: z.int(),
  atMs: z.int(),
  kind: z.string(),
  ref: z.string(),
  who: z.string(),
  /** Where the person was. */
  origin: z.string(),
  why: z.string(),
  payload: z.unknown(),
  /** Over this entry and the hash before it. */
  hash: z.string(),
});

export function journalRoutes(
  server: FastifyInstance,
  { ledger }: Pick<GatewayPorts, 'ledger'>,
): void {
  get(server, {
    path: '/api/v1/halts',
    tag: 'account',
    summary: 'What keeps the desk from entering, and what lifts it',
    query: NoQuery,
    answer: listOf(Halt),
    example: { items: [examples.halt] },
    handler: async () => ({ items: [...(await ledger.read((reader) => reader.halts()))] }),
  });
  get(server, {
    path: '/api/v1/events',
    tag: 'ledger',
    summary: 'What execution did, numbered without gaps: for whoever follows the desk',
    query: EventQuery,
    answer: EventAnswer,
    example: { items: [examples.event], oldestSeq: 1, newestSeq: 113 },
    handler: (query) => ledger.read((reader) => readEvents(reader, query)),
  });
  get(server, {
    path: '/api/v1/actions',
    tag: 'ledger',
    summary: 'What people and programs asked for by hand, and what came of it, newest first',
    query: z.strictObject(LedgerPage),
    answer: pageOf(Action),
    example: { items: [examples.action] },
    handler: async ({ limit, ...rest }) => {
      const filter = { limit, ...withoutUndefined(rest) };
      const { rows, ...more } = await ledger.read((reader) => reader.operatorActions(filter));
      const actions = rows.map(({ origin: _inAudit, ...action }) => action);
      return pageAnswer({ rows: actions, ...more });
    },
  });
  get(server, {
    path: '/api/v1/audit',
    tag: 'ledger',
    summary: 'Orders, halts, actions and promotions, each bound to the one before, newest first',
    query: AuditQuery,
    answer: pageOf(AuditEntry),
    example: { items: [examples.auditEntry] },
    handler: async ({ limit, ...rest }) => {
      const filter = { limit, ...withoutUndefined(rest) };
      return pageAnswer(await ledger.read((reader) => reader.audit(filter)));
    },
  });
}

/** Range and rows of one moment or a little later: a number in between is asked for next. */
async function readEvents(
  reader: LedgerReader,
  { afterSeq, limit }: z.output<typeof EventQuery>,
): Promise<z.output<typeof EventAnswer>> {
  const { oldestSeq, newestSeq } = await reader.eventRange();
  const from = afterSeq ?? Math.max(0, newestSeq - limit);
  const items = await reader.events({ afterSeq: from, limit });
  return { items: [...items], oldestSeq, newestSeq: Math.max(newestSeq, items.at(-1)?.seq ?? 0) };
}
