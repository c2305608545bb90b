/** What is traded, and what may not be bought and why. */
import { differenceText } from '#core/reconcile/words.ts';
import { counted, span, table } from '../text/figures.ts';
import { bold, fixed, plain } from '../text/line.ts';
import { answer, type Command } from './command.ts';

export const whitelistCommand: Command = {
  name: 'whitelist',
  help: 'the pairs that are traded, and how fresh their data is',
  role: 'viewer',
  run: async ({ desk }, { nowMs }) => {
    const [feeds, rules] = await Promise.all([desk.feeds(), desk.instruments()]);
    const names = [...new Set([...(feeds?.keys() ?? []), ...rules.keys()])].toSorted();
    if (names.length === 0) return answer([plain('not known: redis is away')]);
    return answer([
      bold(`${counted(names.length, 'pair')} traded`),
      ...fixed(
        table(
          names.map((pair) => {
            const feed = feeds?.get(pair);
            const age = feed === undefined ? '' : span(nowMs - feed.freshMs);
            return [pair, feed?.state ?? '?', age];
          }),
        ),
      ),
    ]);
  },
};

export const blacklistCommand: Command = {
  name: 'blacklist',
  help: 'what is not bought now, and why',
  role: 'viewer',
  run: async ({ desk }, { nowMs }) => {
    const [feeds, rules, halts, compared] = await Promise.all([
      desk.feeds(),
      desk.instruments(),
      desk.halts(),
      desk.read((reader) => reader.reconciliation(1)),
    ]);
    const barred = [
      ...halts.map(({ kind, reason }) => `everything: halt ${kind}, ${reason}`),
      ...(compared?.open ?? []).map(({ difference, sinceMs }) =>
        differenceText(difference, sinceMs),
      ),
      ...[...rules.values()]
        .filter(({ status }) => status !== 'trading')
        .map(({ pair, status }) => `${pair}: the venue says ${status}`),
      ...[...(feeds?.values() ?? [])]
        .filter(({ state }) => state !== 'live')
        .map(({ pair, state, freshMs }) => `${pair}: data ${state}, ${span(nowMs - freshMs)} old`),
    ];
    return answer([
      bold('what is not bought now'),
      ...(barred.length === 0 ? [plain('nothing: every pair may be bought')] : barred.map(plain)),
      ...(feeds === undefined ? [plain('redis is away: what the data says is not known')] : []),
    ]);
  },
};
