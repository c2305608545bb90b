/** The package has no types. Its arrays begin at 1: place 0 is never read. */
declare module 'quadprog' {
  interface Solution {
    readonly solution: number[];
    /** Empty when solved. */
    readonly message: string;
  }

  /** min 1/2 x'Dx - d'x with A'x >= b, the first `equalities` of them with =. D and d are overwritten. */
  export function solveQP(
    ...problem: [
      quadratic: number[][],
      linear: number[],
      constraints: number[][],
      bounds: number[],
      equalities: number,
    ]
  ): Solution;
}
