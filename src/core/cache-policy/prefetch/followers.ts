/** Which keys are read soon after which (A, then B), in bounded memory. */
export interface Followers {
  note(key: string, atMs: number): void;
  /** Keys likely to be read after this one, the likeliest first. */
  of(key: string): readonly string[];
  size(): number;
}

const WITHIN_MS = 5_000;
const RECENT_MAX = 6;
const FOLLOWERS_MAX = 4;
const COUNT_MIN = 4;
const SHARE_MIN = 0.6;
/** Then all counts of a key are halved: what was true long ago weighs less. */
const COUNT_MAX = 64;

interface Leader {
  reads: number;
  readonly followers: Map<string, number>;
}

export function createFollowers(keysMax: number): Followers {
  const leaders = new Map<string, Leader>();
  let recent: { readonly key: string; readonly atMs: number }[] = [];

  function count(leader: Leader, key: string): void {
    leader.followers.set(key, (leader.followers.get(key) ?? 0) + 1);
    if (leader.followers.size <= FOLLOWERS_MAX) return;
    const rarest = [...leader.followers].reduce((a, b) => (b[1] < a[1] ? b : a));
    leader.followers.delete(rarest[0]);
  }

  function lead(key: string): void {
    const known = leaders.get(key) ?? { reads: 0, followers: new Map<string, number>() };
    known.reads += 1;
    if (known.reads > COUNT_MAX) {
      known.reads /= 2;
      for (const [follower, reads] of known.followers) known.followers.set(follower, reads / 2);
    }
    leaders.delete(key);
    leaders.set(key, known);
    for (const oldest of leaders.keys()) {
      if (leaders.size <= keysMax) break;
      leaders.delete(oldest);
    }
  }

  return {
    note: (key, atMs) => {
      recent = recent.filter((one) => atMs - one.atMs <= WITHIN_MS && one.key !== key);
      for (const before of recent) {
        const leader = leaders.get(before.key);
        if (leader !== undefined) count(leader, key);
      }
      recent = [...recent, { key, atMs }].slice(-RECENT_MAX);
      lead(key);
    },
    of: (key) => {
      const leader = leaders.get(key);
      if (leader === undefined) return [];
      return [...leader.followers]
        .filter(([, reads]) => reads >= COUNT_MIN && reads >= SHARE_MIN * leader.reads)
        .toSorted((a, b) => b[1] - a[1])
        .map(([follower]) => follower);
    },
    size: () => leaders.size,
  };
}
