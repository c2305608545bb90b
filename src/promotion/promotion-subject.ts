import { PromotionConfig } from '#core/promotion/config.ts';
import { decisionHash, venueName } from './decision-hash.ts';

/** What a desk is, as far as promotion is concerned. */
export interface PromotionFacts {
  readonly mode: 'shadow' | 'production';
  readonly decisionHash: string;
  readonly venue: string;
  readonly tape: 'live' | 'replay';
  readonly timeframe: string;
  readonly config: PromotionConfig;
}

type Tree = Readonly<Record<string, unknown>>;

/** `root` is the project's folder; the config may be the whole or what an agent is given. */
export function promotionFacts(config: Tree, root: string): PromotionFacts {
  return {
    mode: config['mode'] === 'production' ? 'production' : 'shadow',
    decisionHash: decisionHash(config, root),
    venue: venueName(config),
    tape: isReplay(config) ? 'replay' : 'live',
    timeframe: String(config['timeframe']),
    config: PromotionConfig.parse(config['promotion'] ?? {}),
  };
}

function isReplay(config: Tree): boolean {
  const files = inner(inner(config['practice'])['replay'])['files'];
  return Array.isArray(files) && files.length > 0;
}

function inner(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}
