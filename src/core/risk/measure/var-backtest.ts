/**
 * Whether a value at risk was right: how often losses exceeded it, and whether those came in
 * clusters. Likelihood ratios against chi-square.
 */
import { chiSquareTail } from './normal.ts';

export interface LikelihoodTest {
  readonly statistic: number;
  /** Chance of a result at least as bad while the model is right. */
  readonly pValue: number;
}

export interface Breaches {
  readonly observations: number;
  readonly breaches: number;
}

/**
 * Kupiec's proportion of failures (1995), one degree of freedom. `rate` is the share that should
 * exceed it, 0.01 for 99 %.
 */
export function kupiec({ observations: n, breaches: x }: Breaches, rate: number): LikelihoodTest {
  const right = logBinomial(n, x, rate);
  const seen = logBinomial(n, x, x / n);
  return tested(-2 * (right - seen), 1);
}

/**
 * Christoffersen's independence (1998): whether a breach makes another one the next period likelier;
 * one degree of freedom. `conditional` joins it with Kupiec's: two.
 */
export function christoffersen(
  hits: readonly boolean[],
  rate: number,
): { readonly independence: LikelihoodTest; readonly conditional: LikelihoodTest } {
  const counts = { calmCalm: 0, calmHit: 0, hitCalm: 0, hitHit: 0 };
  for (let t = 1; t < hits.length; t += 1) {
    const from = hits[t - 1] === true ? 'hit' : 'calm';
    counts[`${from}${hits[t] === true ? 'Hit' : 'Calm'}`] += 1;
  }
  const { calmCalm, calmHit, hitCalm, hitHit } = counts;
  const afterCalm = calmCalm + calmHit;
  const afterHit = hitCalm + hitHit;
  const all = afterCalm + afterHit;
  const together = logBinomial(all, calmHit + hitHit, (calmHit + hitHit) / all);
  const apart =
    logBinomial(afterCalm, calmHit, calmHit / afterCalm) +
    logBinomial(afterHit, hitHit, hitHit / afterHit);
  const independence = tested(-2 * (together - apart), 1);
  const breaches = hits.filter(Boolean).length;
  const coverage = kupiec({ observations: hits.length, breaches }, rate);
  return {
    independence,
    conditional: tested(independence.statistic + coverage.statistic, 2),
  };
}

/** Basel's zones for 250 days at 99 %: up to 4 breaches are green, up to 9 yellow. */
export function trafficLight({ observations, breaches }: Breaches): 'green' | 'yellow' | 'red' {
  const perYear = (breaches * 250) / observations;
  if (perYear < 5) return 'green';
  return perYear < 10 ? 'yellow' : 'red';
}

/** Log likelihood without the binomial coefficient; 0 log 0 = 0. */
function logBinomial(n: number, x: number, rate: number): number {
  const term = (count: number, chance: number): number =>
    count === 0 ? 0 : count * Math.log(chance);
  return term(x, rate) + term(n - x, 1 - rate);
}

function tested(statistic: number, degrees: 1 | 2): LikelihoodTest {
  const bounded = Math.max(0, statistic);
  return { statistic: bounded, pValue: chiSquareTail(bounded, degrees) };
}
