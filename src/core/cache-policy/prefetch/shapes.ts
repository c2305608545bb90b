/**
 * What is read of pairs, whichever they are: `candles of an hour, 500 of them`. When it is read of
 * two pairs and more, it will be of a pair that was just selected.
 */
export interface Shapes {
  note(key: string): void;
  /** Keys of such shapes for a pair. */
  keysFor(pair: string): readonly string[];
}

const SHAPES_MAX = 32;
const PAIRS_MIN = 2;
/** Keys hold their pair as BASE/QUOTE, after the name of their kind. */
const WITH_PAIR = /^([^:]*:)([A-Z0-9]+\/[A-Z0-9]+)(.*)$/;

export function createShapes(): Shapes {
  /** Some pairs of each shape, the shape read last at the end. */
  const shapes = new Map<string, { before: string; after: string; pairs: Set<string> }>();

  return {
    note: (key) => {
      const [, before, pair, after] = WITH_PAIR.exec(key) ?? [];
      if (before === undefined || pair === undefined || after === undefined) return;
      const name = `${before}*${after}`;
      const shape = shapes.get(name) ?? { before, after, pairs: new Set<string>() };
      if (shape.pairs.size < PAIRS_MIN) shape.pairs.add(pair);
      shapes.delete(name);
      shapes.set(name, shape);
      for (const oldest of shapes.keys()) {
        if (shapes.size <= SHAPES_MAX) break;
        shapes.delete(oldest);
      }
    },
    keysFor: (pair) =>
      [...shapes.values()]
        .filter(({ pairs }) => pairs.size >= PAIRS_MIN)
        .map(({ before, after }) => `${before}${pair}${after}`),
  };
}
