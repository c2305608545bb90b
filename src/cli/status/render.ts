import type {
  DecisionLine,
  ExternalLine,
  FidelityLine,
  RiskLine,
  StatusSnapshot,
} from './snapshot.ts';
import { amount, duration, megabytes, percent, price, table } from './table.ts';

const DECISIONS_SHOWN = 6;
const LABEL_WIDTH = 12;
const FEED_COLUMNS = 4;

/** The whole desk on one screen, as lines no wider than `width`. */
export function renderStatus(status: StatusSnapshot, width: number): string[] {
  const lines = [
    ...packed(headParts(status), { width, between: '  ·  ' }),
    ...warnings(status).flatMap((text) => packed([`! ${text}`], { width })),
    '',
    ...accountLines(status, width),
    '',
    ...agentLines(status),
    '',
    ...positionLines(status),
    '',
    ...feedLines(status, width),
    '',
    ...decisionLines(status.decisions),
  ];
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

function headParts(status: StatusSnapshot): string[] {
  return [
    `nightdesk  ${status.mode.toUpperCase()}`,
    `${status.venue} ${status.timeframe}`.trimEnd(),
    `health ${Math.round(status.systemHealth)}/100`,
    `up ${duration(status.atMs - status.startedMs)}`,
    `pid ${status.pid}`,
    ...(status.apiUrl === undefined ? [] : [status.apiUrl]),
  ];
}

function warnings({ override, missing }: StatusSnapshot): string[] {
  return [...(override === undefined ? [] : [`promotion overridden: ${override}`]), ...missing];
}

function accountLines(status: StatusSnapshot, width: number): string[] {
  const { account, risk, external, fidelity: paper } = status;
  const line = (label: string, ...parts: string[]): string[] => packed(parts, { width, label });
  if (account === undefined) return line('account', 'not known yet');
  const gain = Number(account.equityQuote) / Number(account.startEquityQuote) - 1;
  return [
    ...line(
      'equity',
      `${amount(account.equityQuote)} ${account.quoteAsset}  (${percent(gain)} since start, ${signed(account.dayPnlQuote)} today)`,
    ),
    ...line(
      'cash',
      `${amount(account.cashQuote)} free, ${amount(account.heldQuote)} held`,
      `exposure ${percent(account.exposureFraction)}`,
      `drawdown ${percent(account.drawdownFraction)}`,
      `fees ${amount(account.feesQuote)}`,
    ),
    ...(risk === undefined ? [] : line('risk', ...riskParts(risk, status.atMs))),
    ...(external === undefined ? [] : line('account', ...venueParts(external))),
    ...(paper === undefined || paper.orders === 0 ? [] : line('paper', ...paperParts(paper))),
    ...account.halts.flatMap((halt) =>
      line('HALTED', `${halt.kind}: ${halt.reason}; until ${halt.liftedBy}`),
    ),
    ...(account.stalePairs.length === 0
      ? []
      : line('stale', `${account.stalePairs.join(', ')}: no entries, drawdown frozen`)),
  ];
}

/** From here on the word of the risk agent is worth a look: it speaks each half minute by default. */
const RISK_OLD_MS = 120_000;

function riskParts(risk: RiskLine, nowMs: number): string[] {
  const { level, accountScaler, reasons, atMs } = risk;
  const takes = level === 'normal' || level === 'warn';
  const size = accountScaler < 1 ? `entries at ${percent(accountScaler)} of their size` : '';
  const age = nowMs - atMs > RISK_OLD_MS ? `said ${duration(nowMs - atMs)} ago` : '';
  const entries = takes ? size : 'no entries';
  return [level, entries, age, ...reasons].filter((part) => part !== '');
}

function paperParts({ orders, fillRateError, slippageError }: FidelityLine): string[] {
  const slippage = slippageError?.toFixed(2) ?? '-';
  return [
    `${orders} orders scored: fills off by ${percent(fillRateError)}, prices by ${slippage} spreads`,
  ];
}

function venueParts({ openDifferences, externalOrders, flows }: ExternalLine): string[] {
  const state =
    openDifferences === 0
      ? 'ledger and venue agree'
      : `${openDifferences} ${openDifferences === 1 ? 'difference' : 'differences'}, see /api/v1/reconciliation`;
  return [state, `by hand: ${externalOrders} orders open, ${flows} flows`];
}

/**
 * Parts beside each other, over as many lines as it takes: what a person has to act on is shown whole. A
 * part too long for a line is broken between words.
 */
function packed(
  parts: readonly string[],
  how: { readonly width: number; readonly label?: string; readonly between?: string },
): string[] {
  const { width, label, between = '   ' } = how;
  const indent = label === undefined ? 0 : LABEL_WIDTH;
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  for (const part of parts) {
    const isShort = part.length <= room;
    const pieces = isShort ? [part] : part.split(' ');
    for (const [place, piece] of pieces.entries()) {
      const gap = place === 0 ? between : ' ';
      const last = lines.at(-1);
      if (last === undefined || last.length + gap.length + piece.length > room) lines.push(piece);
      else lines[lines.length - 1] = `${last}${gap}${piece}`;
    }
  }
  return lines.map((line, place) => (place === 0 ? (label ?? '') : '').padEnd(indent) + line);
}

function agentLines(status: StatusSnapshot): string[] {
  const rows = status.agents.map((agent) => [
    agent.instance,
    agent.state,
    String(Math.round(agent.healthScore)),
    String(agent.restarts),
    agent.beatMs === undefined ? '-' : duration(status.atMs - agent.beatMs),
    megabytes(agent.pssBytes),
    agent.loopDelayMs === undefined ? '-' : `${Math.round(agent.loopDelayMs)} ms`,
    agentNote(agent),
  ]);
  const header = ['agent', 'state', 'health', 'restarts', 'beat', 'PSS', 'loop', ''];
  return table([header, ...rows], [2, 3, 4, 5, 6]);
}

function agentNote(agent: StatusSnapshot['agents'][number]): string {
  const failing = agent.checks.filter((check) => !check.isOk);
  const notes = failing.map((check) => `${check.name}: ${check.detail}`);
  if (agent.lastVerdict !== undefined) notes.push(`last end: ${agent.lastVerdict}`);
  return notes.join('; ');
}

function positionLines(status: StatusSnapshot): string[] {
  if (status.positions.length === 0) return ['no open position'];
  const rows = status.positions.map((position) => [
    position.pair,
    position.qty,
    price(position.averagePrice),
    position.markPrice === undefined ? '-' : price(position.markPrice),
    position.stopPrice ?? 'none',
    position.targetPrice ?? 'none',
    duration(status.atMs - position.openedMs),
  ]);
  const header = ['position', 'quantity', 'average', 'bid', 'stop', 'target', 'open for'];
  return table([header, ...rows], [1, 2, 3, 4, 5]);
}

function feedLines(status: StatusSnapshot, width: number): string[] {
  if (status.feeds.length === 0) return ['pairs       none yet'];
  const rows = status.feeds.map((feed) => [
    feed.pair,
    feed.state,
    duration(status.atMs - feed.freshMs),
  ]);
  const cells = table(rows, [2]);
  const most = Math.max(...cells.map((cell) => cell.length));
  const columns = Math.max(1, Math.min(FEED_COLUMNS, Math.floor((width + 3) / (most + 3))));
  return chunk(cells, columns).map((row) =>
    row
      .map((cell) => cell.padEnd(most))
      .join('   ')
      .trimEnd(),
  );
}

function decisionLines(decisions: readonly DecisionLine[]): string[] {
  if (decisions.length === 0) return ['no decision yet'];
  const rows = decisions
    .slice(0, DECISIONS_SHOWN)
    .map((decision) => [
      new Date(decision.closeMs).toISOString().slice(11, 19),
      decision.pair,
      decision.action,
      `${Math.round(decision.confidence * 100)} %`,
      decision.rationale.replaceAll(/\s+/g, ' '),
    ]);
  return table([['at (UTC)', 'pair', 'action', 'sure', 'why'], ...rows], [3]);
}

function signed(text: string): string {
  return text.startsWith('-') ? amount(text) : `+${amount(text)}`;
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}
