import type { Halt, HaltKind } from '#core/model/halt.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import { OperatorCommand, type OperatorCommandResult } from '#core/model/operator-command.ts';
import type { Pair } from '#core/model/pair.ts';
import { haltWithEnd, LIFTED_BY, liftedByResume } from '#core/risk/halts.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import { assert } from '#platform/errors.ts';
import { type NoteCommand, writeNote } from '#promotion/write-note.ts';
import { liftHalt, publishAccount, raiseHalt, valueDesk } from './account-mark.ts';
import type { Desk } from './desk.ts';
import { commandItem } from './inbox.ts';
import type { Draft } from './journal.ts';
import { recordCommand, resultOf } from './manual/record-command.ts';
import { closeByHand, reduceByHand, type SellingByHand } from './manual/sell-by-hand.ts';
import { acceptOpen } from './reconcile/accept.ts';

/** What the lanes are asked for. */
export interface Lanes {
  flattenAll(): void;
  isFlat(): boolean;
  /** Sells one pair and finishes the command when that is done. */
  close(pair: Pair, commandId: string): void;
  reduce(intent: TradeIntent): void;
}

interface Obeying {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
  readonly command: OperatorCommand;
}

/** What a command comes to, and what is to be done after its commit. */
interface Done {
  readonly result: string;
  readonly effect: SellingByHand['effect'] | { readonly kind: 'flatten' };
}

/**
 * Carries out an operator's command: once per id, written with who and why, whatever Redis does. One
 * that sells stays in the inbox until that is done, so a restart goes on with it.
 */
export async function obey(
  desk: Desk,
  lanes: Lanes,
  command: OperatorCommand,
): Promise<OperatorCommandResult> {
  const { ports, journal } = desk;
  const atMs = ports.clock.now();
  const { isNew, result, effect } = await journal.run(async (tx, draft) => {
    await tx.receive(commandItem(command, atMs));
    const before = await tx.operatorResult(command.id);
    if (before !== undefined) {
      const isPending = (await tx.inboxState(command.id))?.state === 'pending';
      return { isNew: false, result: before, effect: isPending ? restOf(command) : NOTHING };
    }
    const done = await carryOut({ desk, tx, draft, command });
    await recordCommand({ tx, draft }, command, { result: done.result, atMs });
    if (done.effect.kind === 'none' || done.effect.kind === 'reduce') {
      await tx.finishInbox(command.id, JSON.stringify({ result: done.result }), atMs);
    }
    return { isNew: true, ...done };
  });
  if (effect.kind === 'flatten') lanes.flattenAll();
  if (effect.kind === 'close') lanes.close(effect.pair, command.id);
  if (effect.kind === 'reduce') lanes.reduce(effect.intent);
  publishAccount(desk);
  // What a start goes on with was said when it was asked for.
  const { kind, by, reason } = command;
  const why = reason === '' ? {} : { reason };
  ports.log[isNew ? 'info' : 'debug']({ command: kind, by, ...why, result }, 'operator command');
  return resultOf(command, result);
}

const NOTHING = { kind: 'none' } as const;

/** What a command that was under way when the last process ended still wants. */
function restOf(command: OperatorCommand): Done['effect'] {
  switch (command.kind) {
    case 'flatten':
    case 'kill-switch':
      return { kind: 'flatten' };
    case 'close':
    case 'order': {
      const pair = command.pair ?? command.order?.pair;
      return pair === undefined ? NOTHING : { kind: 'close', pair };
    }
    case 'pause':
    case 'resume':
    case 'accept-differences':
    case 'promote':
    case 'demote':
    case 'note-conformance':
      return NOTHING;
  }
}

/** Ends selling commands once everything they were about is sold; true when nothing is left. */
export async function finishSelling(desk: Desk, lanes: Lanes): Promise<boolean> {
  if (!lanes.isFlat()) return false;
  await desk.journal.run((tx) => endSelling(desk, tx, 'flat'));
  return true;
}

const SELLS_ALL: ReadonlySet<OperatorCommand['kind']> = new Set(['flatten', 'kill-switch']);

async function endSelling(desk: Desk, tx: LedgerTransaction, result: string): Promise<void> {
  for (const item of await tx.pendingInbox(1_000)) {
    if (item.kind !== 'command') continue;
    const { kind } = OperatorCommand.parse(JSON.parse(item.payload));
    if (!SELLS_ALL.has(kind)) continue;
    await tx.finishInbox(item.id, JSON.stringify({ result }), desk.ports.clock.now());
  }
}

async function carryOut(obeying: Obeying): Promise<Done> {
  const { command, desk } = obeying;
  const held = desk.state.positions.size;
  switch (command.kind) {
    case 'pause':
      await halt(obeying, 'paused');
      return { result: 'no new entries until resumed', effect: NOTHING };
    case 'flatten':
      await halt(obeying, 'paused');
      return {
        result: `selling ${held} positions; no new entries until resumed`,
        effect: { kind: 'flatten' },
      };
    case 'kill-switch':
      await halt(obeying, 'kill-switch');
      return {
        result: `killed: selling ${held} positions, nothing new until resumed`,
        effect: { kind: 'flatten' },
      };
    case 'close':
    case 'order':
      return sellByHand(obeying);
    case 'accept-differences':
      return { result: await acceptOpen(obeying), effect: NOTHING };
    case 'resume':
      return { result: await resume(obeying), effect: NOTHING };
    case 'promote':
    case 'demote':
    case 'note-conformance':
      return { result: await note(obeying, command.kind), effect: NOTHING };
  }
}

/** All of a pair, or with a share a part of it; buys go by `buyByHand`. */
async function sellByHand(obeying: Obeying): Promise<Done> {
  const { desk, command } = obeying;
  const { order } = command;
  const pair = command.pair ?? order?.pair;
  assert(pair !== undefined && order?.side !== 'buy', 'it sells a pair', { id: command.id });
  if (order === undefined || order.share === undefined || order.share === 1) {
    return closeByHand(desk, pair);
  }
  return reduceByHand(obeying, command, order);
}

async function note(obeying: Obeying, kind: NoteCommand['kind']): Promise<string> {
  const { desk, tx, draft, command } = obeying;
  const { ports } = desk;
  const { result, events } = await writeNote(tx, { ...command, kind }, ports.clock.now());
  draft.events.push(...events);
  if (kind === 'demote' && ports.promotion?.facts.mode === 'production') {
    const sinceMs = Math.floor(ports.clock.now());
    const reason = `${command.by}: ${command.reason}`;
    await raiseHalt(desk, tx, draft, {
      kind: 'demoted',
      sinceMs,
      reason,
      liftedBy: LIFTED_BY.demoted,
    });
  }
  return result;
}

async function halt({ desk, tx, draft, command }: Obeying, kind: HaltKind): Promise<void> {
  const raised: Halt = {
    kind,
    sinceMs: Math.floor(desk.ports.clock.now()),
    reason: command.reason === '' ? `by ${command.by}` : `${command.by}: ${command.reason}`,
    liftedBy: LIFTED_BY[kind],
  };
  await raiseHalt(desk, tx, draft, raised);
}

async function resume({ desk, tx, draft }: Obeying): Promise<string> {
  const { ports, state } = desk;
  const nowMs = ports.clock.now();
  // Otherwise a restart would go on selling, and sell what was bought after this.
  await endSelling(desk, tx, 'resumed');
  const kinds = liftedByResume([...state.halts.values()]);
  for (const kind of kinds) await liftHalt(desk, tx, draft, { kind, nowMs });
  if (kinds.includes('drawdown') || kinds.includes('month-drawdown')) {
    const { equityQuote } = valueDesk(desk, nowMs);
    await tx.resetPeak(ports.config.account, equityQuote, nowMs);
    draft.hasChangedFigures = true;
  }
  const left = [...state.halts.values()]
    .filter(({ kind }) => !kinds.includes(kind))
    .map((active) => haltWithEnd(active, nowMs));
  const lifted = kinds.length === 0 ? 'nothing was halted by hand' : `lifted ${kinds.join(', ')}`;
  return left.length === 0 ? lifted : `${lifted}; still halted: ${left.join('; ')}`;
}
