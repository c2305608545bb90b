import type { TradeIntent } from '#core/model/intent.ts';
import type {
  ManualOrder,
  OperatorCommand,
  OperatorCommandResult,
} from '#core/model/operator-command.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import type { GateVerdict } from '#core/risk/gate-verdict.ts';
import { reasonsText } from '#core/risk/verdict-text.ts';
import type { Desk } from '../desk.ts';
import { commandItem } from '../inbox.ts';
import { intentByHand } from './intent-by-hand.ts';
import { recordCommand, refusal, resultOf } from './record-command.ts';

/** A message that was on its way for longer is of another market; clocks may differ by half of it. */
const AGE_MAX_MS = 60_000;
/** Less than the sender waits for an answer. */
const DECIDE_WITHIN_MS = 8_000;

type Enter = TradeIntent & { readonly action: 'enter' };
type Buy = ManualOrder & { readonly side: 'buy' };

/** An entry by hand that waits for its turn on its pair. */
export interface EntryByHand {
  readonly command: OperatorCommand;
  readonly intent: Enter;
  readonly riskFraction: number | undefined;
  /** Told after the commit what came of it. */
  readonly decided: (result: string) => void;
}

/**
 * Buys by hand: the pair's lane takes it like any entry, after what the venue said and what the
 * position needs. Verdict, order and the command's end are one transaction, so that whenever the
 * process dies the command is decided once, or not at all and taken up again.
 */
export async function buyByHand(
  desk: Desk,
  { command, order }: { readonly command: OperatorCommand; readonly order: Buy },
  enter: (entry: EntryByHand) => void,
): Promise<OperatorCommandResult> {
  const { ports } = desk;
  const received = await receive(desk, command, order);
  if (received.result !== undefined) return resultOf(command, received.result);
  ports.crash('received');
  const { atMs } = received;
  const intent = intentByHand(ports, { id: command.id, order, atMs }) as Enter;
  const { riskFraction } = order;
  const decided = new Promise<string>((resolve) => {
    enter({ command, intent, riskFraction, decided: resolve });
  });
  const result = await Promise.race([decided, ports.clock.sleep(DECIDE_WITHIN_MS)]);
  if (typeof result === 'string') return resultOf(command, result);
  const message = `not decided yet: ${order.pair} has something else to end first; it expires after 30 s`;
  return { id: command.id, isDone: false, isPending: true, message };
}

interface Received {
  /** When it was received first, perhaps by an earlier process. */
  readonly atMs: number;
  /** What came of it, when that is known already. */
  readonly result?: string;
}

/** Keeps the command, and refuses at once what no lane can decide. */
function receive(desk: Desk, command: OperatorCommand, order: Buy): Promise<Received> {
  const { ports, journal } = desk;
  const nowMs = ports.clock.now();
  return journal.run(async (tx, draft): Promise<Received> => {
    await tx.receive(commandItem(command, nowMs));
    const atMs = (await tx.inboxState(command.id))?.receivedMs ?? nowMs;
    const before = await tx.operatorResult(command.id);
    if (before !== undefined) return { atMs, result: before };
    const why = refusedBefore(desk, order, atMs - command.issuedMs);
    if (why === undefined) return { atMs };
    const result = refusal(why);
    await recordCommand({ tx, draft }, command, { result, atMs: nowMs });
    await tx.finishInbox(command.id, JSON.stringify({ result }), nowMs);
    return { atMs, result };
  });
}

/** What the gate could not say. */
function refusedBefore({ ports, market }: Desk, order: Buy, ageMs: number): string | undefined {
  const { pair, riskFraction = 0 } = order;
  if (ageMs > AGE_MAX_MS) {
    return `${pair}: it was asked for ${Math.round(ageMs / 1_000)} s ago; ask again if it is still wanted`;
  }
  if (market.instrument(pair) === undefined) {
    return `${pair} is not traded by this desk, or its venue has not told its rules yet`;
  }
  const { risk_fraction_max: most } = ports.config.limits;
  if (riskFraction <= most) return undefined;
  return `${pair}: risk ${riskFraction} of the equity is above risk_limits.risk_fraction_max ${most}`;
}

/** What a person reads of the gate's answer to an entry by hand. */
export function boughtText({ pair }: Enter, verdict: GateVerdict): string {
  if (verdict.kind === 'refuse') return refusal(`${pair}: ${reasonsText(verdict.reasons)}`);
  if (verdict.action !== 'enter') return refusal(`${pair}: no entry`);
  const { qty, limitPrice, stopPrice, targetPrice, reasons } = verdict;
  const size = `buying ${qty} ${baseOf(pair)} up to ${limitPrice} ${quoteOf(pair)}`;
  const guards = `stop ${stopPrice}, target ${targetPrice}`;
  const less = reasons.length === 0 ? '' : `; made smaller by ${reasonsText(reasons)}`;
  return `${size}, ${guards}${less}`;
}
