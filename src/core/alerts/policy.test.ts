import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alert, AlertKind } from './alert.ts';
import { Level } from './level.ts';
import {
  acknowledge,
  admit,
  due,
  FRESH_POLICY,
  mute,
  type PolicySettings,
  type PolicyState,
  type Told,
} from './policy.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function settings(changed: Partial<PolicySettings> = {}): PolicySettings {
  return {
    events: Object.fromEntries(
      AlertKind.options.map((kind) => [kind, 'on']),
    ) as PolicySettings['events'],
    gatherMs: MINUTE,
    repeat: { afterMs: 5 * MINUTE, factor: 2, mostMs: 60 * MINUTE, timesMax: 3 },
    isQuiet: () => false,
    ...changed,
  };
}

function alert(changed: Partial<Alert> = {}): Alert {
  return {
    kind: 'exit',
    level: 'notice',
    atMs: 0,
    group: 'exit BTC/USDT',
    title: 'BTC/USDT closed',
    lines: [],
    ...changed,
  };
}

const halt = (changed: Partial<Alert> = {}): Alert =>
  alert({
    kind: 'halt',
    level: 'critical',
    group: 'halt drawdown',
    title: 'halted: drawdown',
    condition: 'halt drawdown',
    ...changed,
  });
const lifted = alert({
  kind: 'halt_lifted',
  group: 'halt_lifted drawdown',
  title: 'halt lifted',
  ends: 'halt drawdown',
});

/** A policy over a time that the test moves. */
function bench(given: PolicySettings = settings()) {
  let state: PolicyState = FRESH_POLICY;
  let nowMs = 0;
  const told: Told[] = [];
  return {
    told,
    titles: () => told.map(({ alert: { title } }) => title),
    state: () => state,
    come: (...alerts: Alert[]) => {
      const outcomes = [];
      for (const one of alerts) {
        const step = admit(state, one, { settings: given, nowMs });
        state = step.state;
        told.push(...step.told);
        outcomes.push(step.outcome);
      }
      return outcomes;
    },
    pass: (ms: number, isEnding = false) => {
      nowMs += ms;
      const step = due(state, { settings: given, nowMs, isEnding });
      state = step.state;
      told.push(...step.told);
    },
    mute: (ms: number) => {
      state = mute(state, nowMs + ms);
    },
    acknowledge: (id: string) => {
      const next = acknowledge(state, id);
      state = next ?? state;
      return next !== undefined;
    },
  };
}

describe('gathering', () => {
  it('tells the first at once and a hundred more as one with a count', () => {
    const { come, pass, titles, told } = bench();
    expect(come(alert())).toEqual(['told']);
    come(...Array.from({ length: 100 }, (_, n) => alert({ title: `closed ${n}` })));
    expect(titles()).toEqual(['BTC/USDT closed']);

    pass(MINUTE);

    expect(titles()[1]).toBe('100 times: closed 99');
    expect(told[1]?.alert.lines).toHaveLength(21);
    expect(told[1]?.alert.lines.at(-1)).toBe('and 80 more');
    expect(told[1]?.alert.fields).toMatchObject({ count: '100' });
  });

  it('tells a flood once a window and is quick again after it', () => {
    const { come, pass, told } = bench();
    for (let second = 0; second < 600; second += 1) {
      come(alert());
      pass(SECOND);
    }
    // At 0, 60, 120 ... 600 seconds.
    expect(told).toHaveLength(11);
    pass(MINUTE);
    pass(MINUTE);
    come(alert());

    expect(told).toHaveLength(12);
  });

  it('tells one that was gathered alone as it is', () => {
    const { come, pass, titles } = bench();
    come(alert({ title: 'first' }), alert({ title: 'second' }));
    pass(MINUTE);

    expect(titles()).toEqual(['first', 'second']);
  });

  it('keeps groups apart, and tells everything when it ends', () => {
    const { come, pass, titles } = bench();
    come(alert(), alert({ group: 'exit ETH/USDT', title: 'ETH/USDT closed' }));
    come(alert({ title: 'again' }));
    pass(SECOND, true);

    expect(titles()).toEqual(['BTC/USDT closed', 'ETH/USDT closed', 'again']);
  });

  it('can be switched off', () => {
    const { come, told } = bench(settings({ gatherMs: 0 }));

    expect(come(alert(), alert(), alert())).toEqual(['told', 'told', 'told']);
    expect(told).toHaveLength(3);
  });
});

describe('verbosity and quiet hours', () => {
  it('tells nothing of what is off, and silently what is silent', () => {
    const events = { ...settings().events, fill: 'off', exit: 'silent' } as const;
    const { come, told } = bench(settings({ events }));

    expect(come(alert({ kind: 'fill', group: 'fill' }), alert())).toEqual(['off', 'told']);
    expect(told.map(({ isSilent }) => isSilent)).toEqual([true]);
  });

  it('makes a sound at night for what is critical alone', () => {
    const { come, told } = bench(settings({ isQuiet: () => true }));
    come(alert(), halt());

    expect(told.map(({ isSilent }) => isSilent)).toEqual([true, false]);
  });

  it('ends a condition although its end is off', () => {
    const events = { ...settings().events, halt_lifted: 'off' } as const;
    const { come, pass, titles } = bench(settings({ events }));
    come(halt(), lifted);
    pass(60 * MINUTE);

    expect(titles()).toEqual(['halted: drawdown']);
  });
});

describe('mute', () => {
  it('lets critical ones through and counts the others', () => {
    const { come, mute: muted, pass, titles, told } = bench();
    muted(10 * MINUTE);

    expect(come(alert(), alert(), halt())).toEqual(['muted', 'muted', 'told']);
    pass(10 * MINUTE);

    expect(titles()).toContain('no longer muted: 2 messages were left out');
    expect(told.at(-1)?.alert.lines).toEqual(['2 exit']);
  });

  it('counts what was gathered before it', () => {
    const { come, mute: muted, pass, told } = bench();
    come(alert(), alert(), alert());
    muted(10 * MINUTE);
    pass(MINUTE);
    expect(told).toHaveLength(1);

    pass(10 * MINUTE);

    expect(told.at(-1)?.alert.lines).toEqual(['2 exit']);
  });

  it('ends without a word when nothing was left out', () => {
    const { mute: muted, pass, told } = bench();
    muted(MINUTE);
    pass(MINUTE);

    expect(told).toEqual([]);
  });
});

describe('reminders', () => {
  it('come at growing distances, so often, and then no more', () => {
    const { come, pass, titles, told } = bench();
    come(halt());
    const times: number[] = [];
    for (let minute = 1; minute <= 300; minute += 1) {
      const before = told.length;
      pass(MINUTE);
      if (told.length > before) times.push(minute);
    }

    expect(times).toEqual([5, 15, 35]);
    expect(titles().slice(1)).toEqual([
      'again (1): halted: drawdown',
      'again (2): halted: drawdown',
      'again (3): halted: drawdown',
    ]);
    expect(new Set(told.map((one) => one.acknowledge))).toEqual(new Set([told[0]?.id]));
  });

  it('end when somebody acknowledges', () => {
    const { acknowledge: press, come, pass, told } = bench();
    come(halt());
    expect(press(String(told[0]?.id))).toBe(true);
    expect(press(String(told[0]?.id))).toBe(false);
    pass(60 * MINUTE);

    expect(told).toHaveLength(1);
  });

  it('end with what they tell', () => {
    const { come, pass, titles } = bench();
    come(halt());
    pass(MINUTE);
    come(lifted);
    pass(60 * MINUTE);

    expect(titles()).toEqual(['halted: drawdown', 'halt lifted']);
  });

  it('are one series for one condition', () => {
    const { come, pass, state } = bench();
    come(halt());
    pass(2 * MINUTE);
    come(halt());

    expect(Object.keys(state().repeats)).toHaveLength(1);
  });

  it('do not begin for what ended while it was gathered', () => {
    const { come, pass, titles } = bench();
    come(halt());
    pass(SECOND);
    come(lifted);
    pass(SECOND);
    come(halt({ title: 'halted once more' }));
    pass(SECOND);
    come(lifted);
    pass(120 * MINUTE);
    pass(120 * MINUTE);

    expect(titles()).toEqual([
      'halted: drawdown',
      'halt lifted',
      'halted once more',
      'halt lifted',
    ]);
  });

  it('are not sent when they are switched off', () => {
    const { come, told } = bench(
      settings({ repeat: { afterMs: MINUTE, factor: 2, mostMs: MINUTE, timesMax: 0 } }),
    );
    come(halt());

    expect(told[0]?.acknowledge).toBeUndefined();
  });
});

const step = fc.oneof(
  fc.record({
    what: fc.constant('come' as const),
    kind: fc.constantFrom('exit', 'fill', 'halt', 'command'),
    level: fc.constantFrom(...Level.options),
    group: fc.constantFrom('one', 'two', 'three'),
    condition: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    ends: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
  }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.nat(3 * MINUTE) }),
  fc.record({ what: fc.constant('mute' as const), ms: fc.nat(5 * MINUTE) }),
);

describe('whatever comes', () => {
  it('each alert is told, muted or off exactly once, and in the order of its group', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const events = { ...settings().events, command: 'off' } as const;
        const { come, mute: muted, pass, told } = bench(settings({ events, isQuiet: () => true }));
        let came = 0;
        let off = 0;
        for (const one of steps) {
          if (one.what === 'pass') pass(one.ms);
          else if (one.what === 'mute') muted(one.ms);
          else {
            const { what: _, condition, ends, ...rest } = one;
            came += 1;
            const [outcome] = come(
              alert({
                ...(rest as Partial<Alert>),
                title: `${came}`,
                ...(condition !== undefined && { condition }),
                ...(ends !== undefined && { ends }),
              }),
            );
            if (outcome === 'off') off += 1;
          }
        }
        pass(0, true);
        pass(24 * 60 * MINUTE, true);

        const first = told.filter(
          (one) => one.acknowledge === undefined || one.acknowledge === one.id,
        );
        const seen = first.filter(({ alert: { group } }) => group !== 'notifier muted');
        const counted = seen.reduce(
          (sum, { alert: { fields } }) => sum + Number(fields?.['count'] ?? 1),
          0,
        );
        const leftOut = first
          .filter(({ alert: { group } }) => group === 'notifier muted')
          .flatMap(({ alert: { lines } }) => lines)
          .reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
        expect(counted + leftOut + off).toBe(came);

        for (const group of ['one', 'two', 'three']) {
          const order = seen
            .filter(({ alert: one }) => one.group === group)
            .flatMap(({ alert: { title, lines } }) => (title.includes('times') ? lines : [title]))
            .filter((text) => !text.startsWith('and '))
            .map(Number);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      }),
      { numRuns: 300 },
    );
  });

  it('nothing is reminded of after every condition has ended', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { come, pass, told } = bench();
        for (const one of steps) {
          if (one.what === 'pass') pass(one.ms);
          if (one.what === 'come' && one.condition !== undefined) {
            come(alert({ level: one.level, group: one.group, condition: one.condition }));
          }
        }
        come(alert({ group: 'end x', ends: 'x' }), alert({ group: 'end y', ends: 'y' }));
        const before = told.length;
        for (let hour = 0; hour < 10; hour += 1) pass(60 * MINUTE);

        const reminders = told
          .slice(before)
          .filter(({ alert: { title } }) => title.startsWith('again'));
        expect(reminders).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
