import { solveQP } from 'quadprog';

/** normal . x >= bound, or = bound. */
export interface Constraint {
  readonly normal: readonly number[];
  readonly bound: number;
  readonly isEquality?: boolean;
}

export interface Programme {
  /** Symmetric; made definite by a ridge when it is not. */
  readonly quadratic: readonly (readonly number[])[];
  readonly linear: readonly number[];
  readonly constraints: readonly Constraint[];
}

export interface Solved {
  readonly values: readonly number[];
  /** What was added to the diagonal, as a fraction of its mean. */
  readonly ridgeFraction: number;
}

// From what rounding needs to what changes the answer little; a matrix that needs more has no scale.
const RIDGES = [1e-10, 1e-8, 1e-6, 1e-4, 1e-2];

// Where limits leave exactly one portfolio, rounding alone makes them contradict each other.
const GIVE = 1e-9;

/**
 * min 1/2 x'Dx - d'x under linear constraints, by the dual method of Goldfarb and Idnani (1983).
 * Undefined when the constraints contradict each other. Covariances of returns are some 1e-4 and the
 * method compares with absolute tolerances: everything is divided by the mean of the diagonal first.
 */
export function solve({ quadratic, linear, constraints }: Programme): Solved | undefined {
  const size = linear.length;
  const trace = quadratic.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const scale = trace > 0 ? trace / size : 1;
  const ordered = constraints.toSorted(
    (a, b) => Number(b.isEquality ?? false) - Number(a.isEquality ?? false),
  );
  const equalities = ordered.filter(({ isEquality }) => isEquality === true).length;
  for (const ridgeFraction of RIDGES) {
    const { solution, message } = solveQP(
      fromOne(
        quadratic.map((row, i) =>
          fromOne(row.map((value, j) => value / scale + (i === j ? ridgeFraction : 0))),
        ),
      ),
      fromOne(linear.map((value) => value / scale)),
      fromOne(linear.map((_, i) => fromOne(ordered.map(({ normal }) => normal[i] ?? 0)))),
      fromOne(ordered.map(({ bound, isEquality }) => bound - (isEquality === true ? 0 : GIVE))),
      equalities,
    );
    if (message.includes('not positive definite')) continue;
    const values = solution.slice(1);
    const isSolved = message === '' && keeps(values, constraints);
    return isSolved ? { values, ridgeFraction } : undefined;
  }
  return undefined;
}

function fromOne<T>(values: readonly T[]): T[] {
  const shifted: T[] = [];
  values.forEach((value, i) => (shifted[i + 1] = value));
  return shifted;
}

const TOLERANCE = 1e-7;

// An answer is checked, whatever the message says: NaN has been seen to come with an empty one.
function keeps(values: readonly number[], constraints: readonly Constraint[]): boolean {
  return constraints.every(({ normal, bound, isEquality }) => {
    const over = normal.reduce(
      (sum, factor, i) => sum + factor * (values[i] ?? Number.NaN),
      -bound,
    );
    return isEquality === true ? Math.abs(over) <= TOLERANCE : over >= -TOLERANCE;
  });
}
