/**
 * What the risk agent remembers from look to look, in a small file, so that a killed one goes on: levels
 * and since when, alarms, what it told the desk to do and what it has warned of. Written at each change.
 *
 * A file that cannot be read begins anew with a warning. One that cannot be written is a warning too: a
 * full disk must stop neither the looks nor a sale.
 */
import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import { LimitStatus } from '#core/model/risk-state.ts';
import { CALM } from '#core/risk/watch/emergency.ts';
import type { EmergencyMemory } from '#core/risk/watch/emergency.ts';
import { resumeAlarms, resumeLimits } from '#core/risk/watch/resume.ts';
import type { LimitMemory } from '#core/risk/watch/step-limits.ts';
import type { KeptFile } from '#platform/files/kept-file.ts';

/** A command told to the desk: asked for until its answer is known. */
export const Told = z.strictObject({
  id: z.string().min(8).max(64),
  atMs: z.int(),
  isDone: z.boolean(),
  /** Of a sale: so much of the pair or less is held once it is carried out. */
  leftQtyMax: z.number().nonnegative().optional(),
});
export type Told = Readonly<z.output<typeof Told>>;

const entries = <V extends z.ZodType>(value: V) =>
  z.array(z.tuple([z.string().max(400), value])).max(2_000);

export const KeptMemory = z.strictObject({
  /** Of the last look. */
  atMs: z.int(),
  limits: entries(
    LimitStatus.extend({
      calmSinceMs: z.int().optional(),
      riskAtRise: z.number().positive().optional(),
      unreadAtRise: z
        .array(z.tuple([Pair, z.number().nonnegative()]).readonly())
        .max(2_000)
        .readonly()
        .optional(),
    }),
  ),
  alarms: z.strictObject({
    // Profits over the capital. An older file holds those of the day, which must not be read as these.
    earned: z.array(z.strictObject({ atMs: z.int(), quote: z.number() })).max(2_000),
    unprotectedSinceMs: entries(z.int()),
    overExposed: z.boolean(),
  }),
  told: entries(Told),
  warned: entries(z.int()),
  recordFromMs: z.int().optional(),
});
export type KeptMemory = z.output<typeof KeptMemory>;

export interface Remembered {
  readonly limits: ReadonlyMap<string, LimitMemory>;
  readonly alarms: EmergencyMemory;
  /** By what was asked for. */
  readonly told: ReadonlyMap<string, Told>;
  /** When each warning was told last. */
  readonly warned: ReadonlyMap<string, number>;
  /** The record of days counts from the day after; undefined: all of it. */
  readonly recordFromMs?: number | undefined;
}

export interface RiskMemory {
  now(): Remembered;
  /** What a look goes on with: a pause is one, whether the process was another then or stood still. */
  recall(at: Recalled): Remembered;
  /** Remembers and writes; `lookedMs` with what a look has found. */
  keep(change: Partial<Remembered>, lookedMs?: number): void;
}

export interface Recalled {
  readonly nowMs: number;
  /** Longer than between two looks. */
  readonly recoveryMs: number;
  readonly unprotectedMs: number;
}

export function openRiskMemory(file: KeptFile<KeptMemory>, nowMs: number): RiskMemory {
  const kept = file.read();
  let atMs = kept?.atMs ?? nowMs;
  let remembered = kept === undefined ? NOTHING : fromKept(kept);
  return {
    now: () => remembered,
    recall: (at) => {
      const { nowMs: nextMs, recoveryMs, unprotectedMs } = at;
      remembered = {
        ...remembered,
        limits: resumeLimits(remembered.limits, { atMs, nowMs: nextMs, pauseMs: recoveryMs }),
        alarms: resumeAlarms(remembered.alarms, { atMs, nowMs: nextMs, pauseMs: unprotectedMs }),
      };
      return remembered;
    },
    keep: (change, lookedMs = atMs) => {
      remembered = { ...remembered, ...change };
      atMs = lookedMs;
      file.write({ atMs, ...asKept(remembered) });
    },
  };
}

const NOTHING: Remembered = {
  limits: new Map(),
  alarms: CALM,
  told: new Map(),
  warned: new Map(),
};

function fromKept({ limits, alarms, told, warned, recordFromMs }: KeptMemory): Remembered {
  return {
    limits: new Map(limits),
    alarms: {
      profits: alarms.earned,
      unprotectedSinceMs: new Map(alarms.unprotectedSinceMs),
      overExposed: alarms.overExposed,
    },
    told: new Map(told),
    warned: new Map(warned),
    ...(recordFromMs === undefined ? {} : { recordFromMs }),
  };
}

function asKept({
  limits,
  alarms,
  told,
  warned,
  recordFromMs,
}: Remembered): Omit<KeptMemory, 'atMs'> {
  return {
    limits: [...limits],
    alarms: {
      earned: [...alarms.profits],
      unprotectedSinceMs: [...alarms.unprotectedSinceMs],
      overExposed: alarms.overExposed,
    },
    told: [...told],
    warned: [...warned],
    ...(recordFromMs === undefined ? {} : { recordFromMs }),
  };
}
