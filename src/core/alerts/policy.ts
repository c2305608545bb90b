/**
 * Decides whether, when and how an alert is told. What must hold:
 *
 * 1. Every alert is counted exactly once: told, gathered, muted or off.
 * 2. What is gathered is told later, with its count, and in the order in which it came.
 * 3. A critical alert waits for no quiet hours and no mute, and comes again until it is acknowledged,
 *    its condition has ended or it came often enough.
 *
 * Pure: the state is data, kept in one transaction with the messages it led to.
 */
import { z } from 'zod';
import { Alert, type AlertKind } from './alert.ts';
import { type Level, levelRank } from './level.ts';

export type Verbosity = 'on' | 'silent' | 'off';

export interface PolicySettings {
  readonly events: Readonly<Record<AlertKind, Verbosity>>;
  /** After one of a group, the next ones are gathered for so long. */
  readonly gatherMs: number;
  readonly repeat: {
    readonly afterMs: number;
    readonly factor: number;
    readonly mostMs: number;
    readonly timesMax: number;
  };
  readonly isQuiet: (atMs: number) => boolean;
}

const Gathering = z.strictObject({
  untilMs: z.number(),
  count: z.number(),
  firstMs: z.number(),
  /** Of the highest level that came; its kind and condition go with the message. */
  worst: Alert.nullable(),
  /** What that one tells has ended since: it is told, and not repeated. */
  isOver: z.boolean(),
  /** Titles of the first ones, so that a short burst loses nothing. */
  titles: z.array(z.string()).readonly(),
});

const Repeat = z.strictObject({
  alert: Alert,
  firstMs: z.number(),
  times: z.number(),
  nextMs: z.number(),
});

export const PolicyState = z.strictObject({
  /** By group. */
  gathering: z.record(z.string(), Gathering),
  /** By the id of the message to acknowledge. */
  repeats: z.record(z.string(), Repeat),
  mutedUntilMs: z.number().nullable(),
  /** What came while muted, by kind. */
  muted: z.record(z.string(), z.number()),
  nextId: z.number(),
});
export type PolicyState = Readonly<z.output<typeof PolicyState>>;

export const FRESH_POLICY: PolicyState = {
  gathering: {},
  repeats: {},
  mutedUntilMs: null,
  muted: {},
  nextId: 1,
};

/** A message before it has an address. */
export interface Told {
  readonly id: number;
  readonly alert: Alert;
  readonly isSilent: boolean;
  /** Number of the message that an acknowledgement ends. */
  readonly acknowledge?: number;
}

export type Outcome = 'told' | 'gathered' | 'muted' | 'off';

export interface Step {
  readonly state: PolicyState;
  readonly told: readonly Told[];
}

const TITLES_MAX = 20;

const NOTHING_GATHERED = { count: 0, worst: null, isOver: false, titles: [] } as const;

/** One alert that has come. */
export function admit(
  before: PolicyState,
  alert: Alert,
  { settings, nowMs }: { readonly settings: PolicySettings; readonly nowMs: number },
): Step & { readonly outcome: Outcome } {
  const state = withoutCondition(before, alert.ends);
  if (settings.events[alert.kind] === 'off') return { state, told: [], outcome: 'off' };
  if (isMuted(state, alert.level, nowMs)) {
    const muted = { ...state.muted, [alert.kind]: (state.muted[alert.kind] ?? 0) + 1 };
    return { state: { ...state, muted }, told: [], outcome: 'muted' };
  }
  const open = state.gathering[alert.group];
  if (open === undefined) {
    const started = { ...state, gathering: { ...state.gathering, ...window(alert, settings) } };
    return { ...tell(started, alert, { settings, nowMs }), outcome: 'told' };
  }
  const gathered = {
    ...open,
    count: open.count + 1,
    firstMs: open.count === 0 ? alert.atMs : open.firstMs,
    ...worse(open, alert),
    titles: open.titles.length < TITLES_MAX ? [...open.titles, alert.title] : open.titles,
  };
  return {
    state: { ...state, gathering: { ...state.gathering, [alert.group]: gathered } },
    told: [],
    outcome: 'gathered',
  };

  function window({ group }: Alert, { gatherMs }: PolicySettings): PolicyState['gathering'] {
    return gatherMs === 0
      ? {}
      : {
          [group]: { ...NOTHING_GATHERED, untilMs: nowMs + gatherMs, firstMs: nowMs },
        };
  }
}

/** What is due by the time: gathered alerts, repeats, the end of a mute. `isEnding`: all gathered. */
export function due(
  before: PolicyState,
  at: {
    readonly settings: PolicySettings;
    readonly nowMs: number;
    readonly isEnding?: boolean;
  },
): Step {
  const told: Told[] = [];
  let state = before;
  const take = (step: Step): void => {
    state = step.state;
    told.push(...step.told);
  };
  const ended = Object.entries(state.gathering)
    .filter(([, { untilMs }]) => untilMs <= at.nowMs || at.isEnding === true)
    .toSorted(([, a], [, b]) => a.firstMs - b.firstMs);
  for (const [group, gathered] of ended) take(closeGroup(state, { group, gathered }, at));
  for (const [id, repeat] of Object.entries(state.repeats)) {
    if (repeat.nextMs <= at.nowMs) take(again(state, { id, repeat }, at));
  }
  if (state.mutedUntilMs !== null && state.mutedUntilMs <= at.nowMs) take(unmuted(state, at));
  return { state, told };
}

/** Until then only critical alerts are told; a time that is over ends a mute. */
export function mute(state: PolicyState, untilMs: number): PolicyState {
  return { ...state, mutedUntilMs: untilMs };
}

/** Undefined when nothing of this id is repeated. */
export function acknowledge(state: PolicyState, id: string): PolicyState | undefined {
  if (state.repeats[id] === undefined) return undefined;
  return { ...state, repeats: without(state.repeats, id) };
}

interface At {
  readonly settings: PolicySettings;
  readonly nowMs: number;
}

function tell(
  state: PolicyState,
  alert: Alert,
  { settings, nowMs, isOver = false }: At & { readonly isOver?: boolean },
): Step {
  const id = state.nextId;
  const isCritical = alert.level === 'critical';
  const isSilent =
    settings.events[alert.kind] === 'silent' || (!isCritical && settings.isQuiet(nowMs));
  if (!isCritical || isOver || settings.repeat.timesMax === 0) {
    return { state: { ...state, nextId: id + 1 }, told: [{ id, alert, isSilent }] };
  }
  const repeat = { alert, firstMs: nowMs, times: 0, nextMs: nowMs + settings.repeat.afterMs };
  // A condition that is told once more is one condition: the older repeats end.
  const others = withoutCondition(state, alert.condition).repeats;
  return {
    state: { ...state, nextId: id + 1, repeats: { ...others, [String(id)]: repeat } },
    told: [{ id, alert, isSilent, acknowledge: id }],
  };
}

function closeGroup(
  state: PolicyState,
  { group, gathered }: { group: string; gathered: z.output<typeof Gathering> },
  at: At & { readonly isEnding?: boolean },
): Step {
  const rest = { ...state, gathering: without(state.gathering, group) };
  const { worst, count } = gathered;
  if (worst === null) return { state: rest, told: [] };
  if (isMuted(rest, worst.level, at.nowMs)) {
    const muted = { ...rest.muted, [worst.kind]: (rest.muted[worst.kind] ?? 0) + count };
    return { state: { ...rest, muted }, told: [] };
  }
  // A flood goes on being gathered: one message for each window, not one for each alert.
  const untilMs = at.nowMs + at.settings.gatherMs;
  const again = { ...NOTHING_GATHERED, untilMs, firstMs: at.nowMs };
  const next =
    at.isEnding === true ? rest : { ...rest, gathering: { ...rest.gathering, [group]: again } };
  const summary = count === 1 ? worst : summaryOf(worst, gathered);
  return tell(next, summary, { ...at, isOver: gathered.isOver });
}

function summaryOf(worst: Alert, { count, titles, firstMs }: z.output<typeof Gathering>): Alert {
  const unnamed = count - titles.length;
  return {
    ...worst,
    title: `${count} times: ${worst.title}`,
    lines: [...titles, ...(unnamed > 0 ? [`and ${unnamed} more`] : [])],
    fields: { ...worst.fields, count: String(count), firstMs: String(firstMs) },
  };
}

function again(
  state: PolicyState,
  { id, repeat }: { id: string; repeat: z.output<typeof Repeat> },
  { settings, nowMs }: At,
): Step {
  const { afterMs, factor, mostMs, timesMax } = settings.repeat;
  const times = repeat.times + 1;
  const { alert } = repeat;
  const nextMs = nowMs + Math.min(mostMs, afterMs * factor ** times);
  const isLast = times >= timesMax;
  const repeats = isLast
    ? without(state.repeats, id)
    : { ...state.repeats, [id]: { ...repeat, times, nextMs } };
  const note = isLast ? 'not acknowledged; this is the last reminder' : 'not acknowledged yet';
  return {
    state: { ...state, nextId: state.nextId + 1, repeats },
    told: [
      {
        id: state.nextId,
        alert: {
          ...alert,
          title: `again (${times}): ${alert.title}`,
          lines: [...alert.lines, note],
        },
        isSilent: settings.events[alert.kind] === 'silent',
        acknowledge: Number(id),
      },
    ],
  };
}

function unmuted(state: PolicyState, at: At): Step {
  const clean = { ...state, mutedUntilMs: null, muted: {} };
  const counts = Object.entries(state.muted);
  if (counts.length === 0) return { state: clean, told: [] };
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return tell(
    clean,
    {
      kind: 'notifier',
      level: 'notice',
      atMs: at.nowMs,
      group: 'notifier muted',
      title: `no longer muted: ${total} messages were left out`,
      lines: counts.map(([kind, count]) => `${count} ${kind}`),
    },
    at,
  );
}

function isMuted({ mutedUntilMs }: PolicyState, level: Level, nowMs: number): boolean {
  return level !== 'critical' && mutedUntilMs !== null && nowMs < mutedUntilMs;
}

function worse(
  { worst, isOver }: z.output<typeof Gathering>,
  alert: Alert,
): { readonly worst: Alert; readonly isOver: boolean } {
  const isWorse = worst === null || levelRank(alert.level) >= levelRank(worst.level);
  return isWorse ? { worst: alert, isOver: false } : { worst, isOver };
}

/** A condition has ended: nothing of it is repeated any more, what is gathered included. */
function withoutCondition(state: PolicyState, condition: string | undefined): PolicyState {
  if (condition === undefined) return state;
  const repeats = Object.entries(state.repeats).filter(
    ([, { alert }]) => alert.condition !== condition,
  );
  const gathering = Object.entries(state.gathering).map(
    ([group, gathered]): [string, z.output<typeof Gathering>] => [
      group,
      gathered.worst?.condition === condition ? { ...gathered, isOver: true } : gathered,
    ],
  );
  return {
    ...state,
    repeats: Object.fromEntries(repeats),
    gathering: Object.fromEntries(gathering),
  };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}
