import { hash } from 'node:crypto';
import type { LedgerTables } from '../tables.ts';

/** Something that must be provable later. Strings are for people, `payload` for programs. */
export interface AuditEntry {
  readonly atMs: number;
  readonly kind: AuditKind;
  /** What it is about: an order, a halt, a command, a record. */
  readonly ref: string;
  /** The person who wanted it, or `desk`. */
  readonly who: string;
  /** Where the person was: host, terminal, address; empty for the desk. */
  readonly origin: string;
  readonly why: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type AuditKind =
  | 'audit.started'
  | 'order.created'
  | 'order.ended'
  | 'order.pair-gone'
  | 'halt.raised'
  | 'halt.lifted'
  | 'operator'
  | 'mode.started'
  | 'config.changed'
  | 'universe.changed'
  | 'promoted'
  | 'demoted'
  | 'override'
  | 'conformance'
  | 'differences.accepted';

export type AuditRow = LedgerTables['audit'];

/** The newest row: whoever holds this text can prove later that nothing before it was altered. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** What the first row follows: another desk's chain does not fit. */
export function genesis(deskId: string): AuditHead {
  return { seq: 0, hash: hash('sha256', `nightdesk audit ${deskId}`) };
}

export function auditRow(entry: AuditEntry, before: AuditHead): AuditRow {
  const row = {
    seq: before.seq + 1,
    at_ms: Math.floor(entry.atMs),
    kind: entry.kind,
    ref: entry.ref,
    who: entry.who,
    origin: entry.origin,
    why: entry.why,
    payload: JSON.stringify(entry.payload),
    prev_hash: before.hash,
  };
  return { ...row, hash: hashOf(row) };
}

/** The hash covers every column and, through `prev_hash`, every row before. */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { seq, at_ms: atMs, kind, ref, who, origin, why, payload, prev_hash: prevHash } = row;
  return hash(
    'sha256',
    JSON.stringify([seq, atMs, kind, ref, who, origin, why, payload, prevHash]),
  );
}

export function headText({ seq, hash: text }: AuditHead): string {
  return `${seq}:${text}`;
}
