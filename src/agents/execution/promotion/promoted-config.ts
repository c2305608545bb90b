import type { StartWishes } from '#core/model/start-wishes.ts';
import { isTighter } from '#core/risk/tighter.ts';

type Tree = Readonly<Record<string, unknown>>;

/**
 * The settings that a promotion speaks for. While real money is traded, risk limits may become
 * tighter than what was promoted; it is still that desk, also after a restart of this process. The
 * next start by a person is another one.
 */
export function promotedConfig(config: Tree, wishes: StartWishes | undefined): Tree {
  const promoted = wishes?.riskLimits;
  if (config['mode'] !== 'production' || promoted === undefined) return config;
  const limits = config['risk_limits'];
  const now = typeof limits === 'object' && limits !== null ? (limits as Tree) : {};
  const keys = new Set([...Object.keys(promoted), ...Object.keys(now)]);
  const isAllTighter = [...keys].every(
    (key) => promoted[key] === now[key] || isTighter(key, promoted[key], now[key]),
  );
  return isAllTighter ? { ...config, risk_limits: promoted } : config;
}
