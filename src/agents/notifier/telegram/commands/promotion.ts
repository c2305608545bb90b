/** /promote status: what promotion would find, without the checks that need the machine's time. */
import { neededRun, standing, standingText } from '#core/promotion/promotion-record.ts';
import { totalRuns } from '#core/promotion/run-record.ts';
import type { PromotionFacts } from '#promotion/promotion-subject.ts';
import { pairs, span } from '../text/figures.ts';
import { bold, fixed, plain } from '../text/line.ts';
import { answer, AskedWrongly, type Command } from './command.ts';

const HOUR_MS = 3_600_000;

export function promoteCommand(factsOf: () => PromotionFacts): Command {
  return {
    name: 'promote',
    usage: 'status',
    help: 'how far this desk is from real money, or since when it has it',
    role: 'viewer',
    run: async ({ desk, zone }, { args, nowMs }) => {
      if (args[0]?.toLowerCase() !== 'status') {
        throw new AskedWrongly('only /promote status: promoting is done on the machine itself');
      }
      const facts = factsOf();
      const { venue, decisionHash, config } = facts;
      const found = await desk.read(async (reader) => {
        const promotions = await reader.promotions();
        const needed = neededRun(promotions, venue);
        const runs = (await reader.runs()).filter(
          (run) =>
            run.mode === 'shadow' &&
            run.tape === 'live' &&
            run.venue === venue &&
            run.decisionHash === decisionHash &&
            run.startedMs >= needed.sinceMs,
        );
        const times = runs.map((run) => ({
          fromMs: run.startedMs,
          toMs: (run.endedMs ?? run.beatMs) + 1,
        }));
        return {
          promotions,
          isRerun: needed.isRerun,
          totals: totalRuns(runs),
          trades: await reader.closedTrades('shadow', times),
          conformance: await reader.conformance(venue),
        };
      });
      const now = standing(found.promotions, { decisionHash, venue, venueAccount: undefined });
      const hours = found.isRerun ? config.rerun_hours : config.shadow_hours;
      const trades = found.isRerun ? config.rerun_closed_trades : config.closed_trades;
      return answer([
        bold(`${venue} ${facts.timeframe}: ${standingText(now)}`),
        ...fixed(
          pairs([
            ['mode', facts.mode],
            ['decision', decisionHash.slice(0, 8)],
            ['live hours', `${(found.totals.liveMs / HOUR_MS).toFixed(1)} of ${hours}`],
            ['closed trades', `${found.trades} of ${trades}`],
            [
              'conformance',
              found.conformance === undefined
                ? 'never run'
                : `${span(nowMs - found.conformance.atMs)} ago`,
            ],
          ]),
        ),
        ...found.promotions
          .slice(-3)
          .map(({ kind, atMs, by }) => plain(`${zone.dateTime(atMs)}: ${kind} by ${by}`)),
        plain('the whole checklist: nightdesk promote status'),
      ]);
    },
  };
}
