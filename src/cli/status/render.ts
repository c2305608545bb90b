import type { DecisionLine, ExternalLine, StatusSnapshot } from './snapshot.ts';
import { amount, duration, megabytes, percent, price, table } from './table.ts';

const DECISIONS_SHOWN = 6;
const LABEL_WIDTH = 12;

/** The whole desk on one screen, as lines no wider than `width`. */
export function renderStatus(status: StatusSnapshot, width: number): string[] {
  const lines = [
    headline(status),
    ...(status.override === undefined ? [] : [`! promotion overridden: ${status.override}`]),
    ...status.missing.map((text) => `! ${text}`),
    '',
    ...accountLines(status, width),
    '',
    ...agentLines(status),
    '',
    ...positionLines(status),
    '',
    ...feedLines(status),
    '',
    ...decisionLines(status.decisions),
  ];
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

function headline(status: StatusSnapshot): string {
  const api = status.apiUrl === undefined ? '' : `  ·  ${status.apiUrl}`;
  const up = duration(status.atMs - status.startedMs);
  return `nightdesk  ${status.mode.toUpperCase()}  ·  ${status.venue} ${status.timeframe}  ·  health ${Math.round(status.systemHealth)}/100  ·  up ${up}  ·  pid ${status.pid}${api}`;
}

function accountLines(status: StatusSnapshot, width: number): string[] {
  const account = status.account;
  if (account === undefined) return ['account     not known yet'];
  const asset = account.quoteAsset;
  const gain = Number(account.equityQuote) / Number(account.startEquityQuote) - 1;
  const lines = [
    `equity      ${amount(account.equityQuote)} ${asset}  (${percent(gain)} since start, ${signed(account.dayPnlQuote)} today)`,
    `cash        ${amount(account.cashQuote)} free, ${amount(account.heldQuote)} held   exposure ${percent(account.exposureFraction)}   drawdown ${percent(account.drawdownFraction)}   fees ${amount(account.feesQuote)}`,
  ];
  if (status.external !== undefined) lines.push(venueLine(status.external));
  const paper = status.fidelity;
  if (paper !== undefined && paper.orders > 0) {
    const slippage = paper.slippageError?.toFixed(2) ?? '-';
    lines.push(
      `paper       ${paper.orders} orders scored: fills off by ${percent(paper.fillRateError)}, prices by ${slippage} spreads`,
    );
  }
  for (const halt of account.halts) {
    lines.push(...wrapped('HALTED', `${halt.kind}: ${halt.reason}; until ${halt.liftedBy}`, width));
  }
  if (account.stalePairs.length > 0) {
    lines.push(`stale       ${account.stalePairs.join(', ')}: no entries, drawdown frozen`);
  }
  return lines;
}

function venueLine({ openDifferences, externalOrders, flows }: ExternalLine): string {
  const state =
    openDifferences === 0
      ? 'ledger and venue agree'
      : `${openDifferences} ${openDifferences === 1 ? 'difference' : 'differences'}, see /api/v1/reconciliation`;
  return `account     ${state}   by hand: ${externalOrders} orders open, ${flows} flows`;
}

/** What a person has to act on is shown whole, over as many lines as it takes. */
function wrapped(label: string, text: string, width: number): string[] {
  const room = Math.max(20, width - LABEL_WIDTH);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line, index) => `${index === 0 ? label : ''}`.padEnd(LABEL_WIDTH) + line);
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

function feedLines(status: StatusSnapshot): string[] {
  const pairs = status.feeds.map(
    (feed) => `${feed.pair} ${feed.state} ${duration(status.atMs - feed.freshMs)}`,
  );
  return pairs.length === 0
    ? ['pairs       none yet']
    : chunk(pairs, 4).map((row) => row.join('   '));
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
  return table([['decided', 'pair', 'action', 'sure', 'why'], ...rows], [3]);
}

function signed(text: string): string {
  return text.startsWith('-') ? amount(text) : `+${amount(text)}`;
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}
