/**
 * How often a source was right: whether the price went the way a strong word said, some hours later. A
 * beta prior of 20 to 20 keeps a new source at one half; every score counts a little less with each
 * new one, so that an old record fades. Between half and one and a half times its weight.
 */
const PRIOR = 20;
const FADE = 0.995;
const SOURCES_MAX = 50;

export interface SourceRecord {
  readonly right: number;
  readonly wrong: number;
}

export interface Reputation {
  judge(source: string, isRight: boolean): void;
  /** Factor on the weight of the source, 0.5 to 1.5. */
  factor(source: string): number;
  save(): Readonly<Record<string, SourceRecord>>;
}

export function createReputation(saved: Readonly<Record<string, SourceRecord>> = {}): Reputation {
  const records = new Map(Object.entries(saved).slice(0, SOURCES_MAX));
  return {
    judge: (source, isRight) => {
      if (!records.has(source) && records.size >= SOURCES_MAX) return;
      const { right, wrong } = records.get(source) ?? { right: 0, wrong: 0 };
      records.set(source, {
        right: right * FADE + (isRight ? 1 : 0),
        wrong: wrong * FADE + (isRight ? 0 : 1),
      });
    },
    factor: (source) => {
      const { right, wrong } = records.get(source) ?? { right: 0, wrong: 0 };
      return 0.5 + (PRIOR + right) / (2 * PRIOR + right + wrong);
    },
    save: () => Object.fromEntries(records),
  };
}
