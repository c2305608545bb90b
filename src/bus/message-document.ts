/** Writes docs/messages.md from the declarations, so that the document cannot differ from them. */
import { z } from 'zod';
import { wireName } from './contract.ts';
import { QUEUES } from './queues.ts';
import { STATES } from './states.ts';
import { TOPICS } from './topics.ts';

export function messageDocument(): string {
  return [
    '# Messages',
    '',
    'Written by `node scripts/generate-messages.ts` from `src/bus/`; a test fails when it is old.',
    'Around each payload: trace id, sender, time sent; on topics also epoch and sequence.',
    '',
    '## Queues',
    '',
    'Work that somebody must do once: at least once, keyed, bounded. After the last try the raw',
    'payload goes to the dead-letter list.',
    '',
    '| queue | from | to | tries | expires | may wait | payload |',
    '|---|---|---|---|---|---|---|',
    ...QUEUES.map((queue) =>
      row([
        wireName(queue),
        queue.from,
        queue.to,
        String(queue.attempts),
        `${queue.expiresAfterMs / 1_000} s`,
        String(queue.maxWaiting),
        fields(queue.payload),
      ]),
    ),
    '',
    '## Topics',
    '',
    'Facts as they happen. May be missed; the receiver sees the gap and reads the truth elsewhere.',
    '',
    '| topic | from | to | after a gap | payload |',
    '|---|---|---|---|---|',
    ...TOPICS.map((topic) =>
      row([wireName(topic), topic.from, topic.to.join(', '), topic.resync, fields(topic.payload)]),
    ),
    '',
    '## States',
    '',
    'The latest value of each field, for late joiners; written again by its owner after a wipe.',
    '',
    '| state | field | from | to | rebuilt | payload |',
    '|---|---|---|---|---|---|',
    ...STATES.map((state) =>
      row([
        wireName(state),
        state.field,
        state.from.join(', '),
        state.to.join(', '),
        state.rebuild,
        fields(state.payload),
      ]),
    ),
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const Shape = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/** Field names of a payload, `?` behind those that may be absent. */
function fields(payload: z.ZodType): string {
  return namesOf(z.toJSONSchema(payload, { unrepresentable: 'any' }));
}

function namesOf(schema: unknown): string {
  const shape = Shape.parse(schema);
  if (shape.items !== undefined) return `list of: ${namesOf(shape.items)}`;
  if (shape.oneOf !== undefined) return shape.oneOf.map(variantName).join(' or ');
  const required = new Set(shape.required);
  return Object.keys(shape.properties ?? {})
    .map((name) => (required.has(name) ? name : `${name}?`))
    .join(', ');
}

const Discriminator = z.looseObject({ const: z.string() });

/** Variants of a union are told by their constant field; their fields are in `src/core/model`. */
function variantName(schema: unknown): string {
  for (const property of Object.values(Shape.parse(schema).properties ?? {})) {
    const found = Discriminator.safeParse(property);
    if (found.success) return `\`${found.data.const}\``;
  }
  return namesOf(schema);
}
