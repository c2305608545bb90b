/** The table of the fault matrix: which fault hits which step of an order's life. */
import type { EntryStyle } from './order-section.ts';

export type Step =
  | 'entry'
  | 'protection'
  | 'cancel'
  | 'between fills'
  | 'sale'
  | 'stop'
  | 'question'
  | 'comparison';

export interface FaultCase {
  readonly name: string;
  readonly step: Step;
  readonly style: EntryStyle;
  readonly transport: 'rest' | 'socket';
  /** Begin with the step. */
  readonly faults: readonly object[];
}

const STYLES: readonly EntryStyle[] = ['bracket', 'taker', 'maker'];
const TRANSPORTS = ['rest', 'socket'] as const;

const SPOILED = [
  'order-refuse',
  'order-hang',
  'order-reset',
  'order-garbage',
  'order-empty',
  'order-5xx',
] as const;
const WHENS = ['before', 'after', 'late'] as const;
const CODES = [null, -1000, -1006, -1008] as const;

/** What may happen to one write. */
const WRITE_FAULTS: readonly { readonly name: string; readonly fault: object }[] = [
  ...SPOILED.flatMap((kind) =>
    WHENS.map((when) => ({ name: `${kind} ${when}`, fault: { kind, when, count: 1 } })),
  ),
  ...CODES.flatMap((code) =>
    WHENS.slice(0, 2).map((when) => ({
      name: `order-5xx ${code ?? 'page'} ${when}`,
      fault: { kind: 'order-5xx', code, when, count: 1 },
    })),
  ),
  { name: 'order-delay', fault: { kind: 'order-delay', delayMs: 3_000, count: 1 } },
  { name: 'order-limit', fault: { kind: 'order-limit', retryAfterS: 1, count: 1 } },
];

/** What may happen to everything for a while. */
const WIDE_FAULTS: readonly { readonly name: string; readonly fault: object }[] = [
  { name: 'key-refused', fault: { kind: 'key-refused', durationMs: 1_500 } },
  { name: 'cancel-only', fault: { kind: 'cancel-only', durationMs: 1_500 } },
  { name: 'rate-limit', fault: { kind: 'rate-limit', retryAfterS: 1, count: 3 } },
  { name: 'ip-ban', fault: { kind: 'ip-ban', banMs: 2_000, count: 1 } },
  { name: 'maintenance', fault: { kind: 'maintenance', mode: 'closed', durationMs: 2_000 } },
  {
    name: 'filter-change',
    fault: { kind: 'filter-change', minNotional: '1000', durationMs: 2_000 },
  },
];

const stream = { target: { stream: 'userData' } };
/** What may happen to the account's stream. */
const STREAM_FAULTS: readonly { readonly name: string; readonly fault: object }[] = [
  { name: 'event-missing', fault: { kind: 'event-missing', ...stream, count: 6 } },
  { name: 'event-missing, some', fault: { kind: 'event-missing', ...stream, probability: 0.5 } },
  { name: 'event-duplicate', fault: { kind: 'event-duplicate', ...stream } },
  { name: 'event-late', fault: { kind: 'event-late', ...stream, delayMs: 1_500 } },
  { name: 'event-reorder', fault: { kind: 'event-reorder', ...stream, count: 6 } },
  { name: 'socket-drop', fault: { kind: 'socket-drop', durationMs: 1_000, everyMs: 200 } },
  { name: 'socket-mute', fault: { kind: 'socket-mute', durationMs: 6_000 } },
  { name: 'socket-delay', fault: { kind: 'socket-delay', delayMs: 800, durationMs: 4_000 } },
  { name: 'socket-throttle', fault: { kind: 'socket-throttle', durationMs: 4_000 } },
];

const lost = { kind: 'order-hang', when: 'after', count: 1 };
const read = { target: { verb: 'GET' }, durationMs: 3_000 };
/** What may happen to the questions that follow an unknown outcome. */
const READ_FAULTS: readonly { readonly name: string; readonly fault: object }[] = [
  { name: 'query-lag', fault: { kind: 'query-lag', lagMs: 3_000, durationMs: 6_000 } },
  { name: 'rest-5xx', fault: { kind: 'rest-5xx', ...read } },
  { name: 'rest-hang', fault: { kind: 'rest-hang', ...read } },
  { name: 'rest-reset', fault: { kind: 'rest-reset', ...read } },
  { name: 'rest-garbage', fault: { kind: 'rest-garbage', ...read } },
  { name: 'rest-empty', fault: { kind: 'rest-empty', ...read } },
  { name: 'rest-refuse', fault: { kind: 'rest-refuse', ...read } },
  { name: 'rest-delay', fault: { kind: 'rest-delay', ...read, delayMs: 1_500 } },
];

/** Which request of a step is hit. */
const TARGETS: Readonly<Partial<Record<Step, (style: EntryStyle) => object | undefined>>> = {
  entry: entryTarget,
  protection: (style) => (style === 'bracket' ? undefined : { route: '/api/v3/orderList/oco' }),
  cancel: (style) => (style === 'maker' ? { route: '/api/v3/order', verb: 'DELETE' } : undefined),
  'between fills': (style) =>
    style === 'maker' ? { route: '/api/v3/order', verb: 'DELETE' } : undefined,
  sale: () => ({ route: '/api/v3/order/cancelReplace' }),
};

function entryTarget(style: EntryStyle): object {
  return style === 'bracket'
    ? { route: '/api/v3/orderList/opoco' }
    : { route: '/api/v3/order', verb: 'POST', side: 'BUY' };
}

/** Every case there is. */
export function allCases(): readonly FaultCase[] {
  return STYLES.flatMap((style) =>
    TRANSPORTS.flatMap((transport) => {
      const as = { style, transport };
      const writes = Object.entries(TARGETS).flatMap(([step, targetOf]) => {
        const target = targetOf(style);
        if (target === undefined) return [];
        return WRITE_FAULTS.map(({ name, fault }) => ({
          ...as,
          step: step as Step,
          name,
          faults: [{ ...fault, target }],
        }));
      });
      return [
        ...writes,
        ...during(['entry', 'sale'], WIDE_FAULTS, as),
        ...during(['entry', 'between fills', 'stop', 'sale'], STREAM_FAULTS, as),
        ...READ_FAULTS.map(({ name, fault }) => ({
          ...as,
          step: 'question' as const,
          name,
          faults: [{ ...lost, target: entryTarget(style) }, fault],
        })),
        ...READ_FAULTS.map(({ name, fault }) => ({
          ...as,
          step: 'comparison' as const,
          name,
          faults: [{ kind: 'event-missing', ...stream, durationMs: 3_000 }, fault],
        })),
      ];
    }),
  );
}

function during(
  steps: readonly Step[],
  faults: readonly { readonly name: string; readonly fault: object }[],
  as: { readonly style: EntryStyle; readonly transport: 'rest' | 'socket' },
): readonly FaultCase[] {
  return steps
    .filter((step) => step !== 'between fills' || as.style === 'maker')
    .flatMap((step) => faults.map(({ name, fault }) => ({ ...as, step, name, faults: [fault] })));
}
