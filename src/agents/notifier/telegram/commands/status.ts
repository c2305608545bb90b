import type { Halt } from '#core/model/halt.ts';
import type { AccountNow } from '../desk-view.ts';
import { gain, money, pairs, percent, span } from '../text/figures.ts';
import { bold, fixed, italic, type Line, plain } from '../text/line.ts';
import type { ZoneText } from '../text/zone-text.ts';
import { answer, type Command } from './command.ts';

export const statusCommand: Command = {
  name: 'status',
  help: 'mode, health, equity and halts on one screen',
  role: 'viewer',
  canRefresh: true,
  run: async ({ desk, zone, hooks }, { nowMs, user }) => {
    const [now, figures, held, halts] = await Promise.all([
      desk.now(),
      desk.figures(),
      desk.positions(),
      desk.halts(),
    ]);
    const status = now?.status;
    const rows: [string, string][] = [];
    if (status !== undefined) {
      rows.push(['health', `${Math.round(status.healthScore)}/100`]);
      rows.push(['up', span(nowMs - status.sinceMs)]);
    }
    if (figures !== undefined) {
      rows.push(
        [`equity ${desk.quoteAsset}`, money(figures.equityQuote)],
        ['today', gain(figures.dayPnlQuote)],
        ['drawdown', percent(figures.drawdownFraction)],
        ['exposure', percent(figures.exposureFraction)],
      );
    }
    rows.push(['positions', String(held.length)]);
    const muted = hooks.mutedUntilMs();
    const heading =
      status === undefined
        ? 'the desk does not answer'
        : `${status.mode.toUpperCase()} on ${status.exchange}, ${status.state}`;
    return answer(
      [
        bold(heading),
        ...(status?.override === undefined
          ? []
          : [plain(`promotion overridden: ${status.override}`)]),
        ...fixed(pairs(rows)),
        ...haltLines(halts, zone),
        ...asOf(figures, zone),
        ...(muted === undefined ? [] : [italic(`muted until ${zone.short(muted)}`)]),
      ],
      // One finger away when something looks wrong.
      user.role === 'viewer' || halts.some(({ kind }) => kind === 'paused')
        ? []
        : [[{ text: 'Pause', data: 'p:pause' }]],
    );
  },
};

export function haltLines(halts: readonly Halt[], zone: ZoneText): readonly Line[] {
  return halts.flatMap(({ kind, reason, liftedBy, sinceMs }) => [
    bold(`⛔ halted: ${kind}`),
    plain(`${reason} (since ${zone.short(sinceMs)}; until ${liftedBy})`),
  ]);
}

/** Says when figures are not of this moment. */
export function asOf(figures: AccountNow | undefined, zone: ZoneText): readonly Line[] {
  if (figures === undefined || figures.isLive) return [];
  return [italic(`figures as of ${zone.short(figures.atMs)}`)];
}
