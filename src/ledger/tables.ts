import type { Generated } from 'kysely';

/**
 * The tables as Kysely sees them. Amounts are decimal text, times epoch milliseconds, truth values
 * 0 or 1 (SQLite has no booleans). The columns are created in `migrations.ts`.
 */
export interface LedgerTables {
  meta: {
    id: number;
    desk_id: string;
    created_ms: number;
    market: string | null;
    audit_seq: Generated<number>;
    audit_hash: Generated<string | null>;
    config: Generated<string | null>;
  };
  audit: {
    seq: number;
    at_ms: number;
    kind: string;
    ref: string;
    who: string;
    origin: string;
    why: string;
    payload: string;
    prev_hash: string;
    hash: string;
  };
  /** Numbered without gaps in the order of the commits; the oldest are trimmed. */
  events: { seq: number; at_ms: number; kind: string; payload: string };
  migrations: { version: number; name: string; applied_ms: number };
  lease: {
    id: number;
    owner: string;
    epoch: number;
    acquired_ms: number;
    renewed_ms: number;
    is_released: number;
  };
  inbox: {
    seq: Generated<number>;
    id: string;
    kind: 'intent' | 'command';
    priority: number;
    pair: string | null;
    payload: string;
    received_ms: number;
    expires_ms: number | null;
    state: 'pending' | 'done';
    verdict: string | null;
    finished_ms: number | null;
  };
  intents: {
    seq: Generated<number>;
    id: string;
    pair: string;
    action: string;
    payload: string;
    verdict_kind: string;
    verdict: string;
    at_ms: number;
  };
  orders: {
    seq: Generated<number>;
    client_order_id: string;
    intent_id: string;
    account: string;
    pair: string;
    side: string;
    type: string;
    leg: string;
    attempt: number;
    time_in_force: string;
    qty: string;
    price: string | null;
    stop_price: string | null;
    trailing_fraction: number | null;
    list_id: string | null;
    status: string;
    filled_qty: string;
    filled_quote: string;
    held_quote: string;
    venue_order_id: string | null;
    is_ended: number;
    created_ms: number;
    updated_ms: number;
  };
  order_events: {
    seq: Generated<number>;
    client_order_id: string;
    from_status: string | null;
    to_status: string;
    event: string;
    is_legal: number;
    raw: string;
    at_ms: number;
  };
  commands: {
    id: string;
    account: string;
    pair: string;
    client_order_id: string;
    kind: string;
    replaced_id: string | null;
    outcome: string;
    detail: string;
    created_ms: number;
    settled_ms: number | null;
  };
  fills: {
    seq: Generated<number>;
    account: string;
    pair: string;
    kind: string;
    venue_trade_id: string;
    client_order_id: string;
    side: string;
    price: string;
    qty: string;
    quote_qty: string;
    fee: string;
    fee_asset: string;
    other_fee_quote: string;
    liquidity: string;
    at_ms: number;
  };
  accounts: {
    id: number;
    owner: string;
    account: string;
    kind: string;
    asset: string;
    balance: string;
  };
  transactions: { id: number; kind: string; ref: string; at_ms: number };
  entries: {
    seq: Generated<number>;
    transaction_id: number;
    account_id: number;
    amount: string;
  };
  positions: {
    account: string;
    pair: string;
    qty: string;
    cost_quote: string;
    realised_quote: string;
    fees_quote: string;
    bought_qty: string;
    bought_quote: string;
    sold_qty: string;
    sold_quote: string;
    dust_qty: string;
    stop_price: string | null;
    target_price: string | null;
    opened_ms: number;
    updated_ms: number;
  };
  round_trips: {
    id: Generated<number>;
    account: string;
    pair: string;
    opened_ms: number;
    closed_ms: number;
    bought_qty: string;
    bought_quote: string;
    sold_qty: string;
    sold_quote: string;
    fees_quote: string;
    profit_quote: string;
  };
  account_figures: {
    account: string;
    quote_asset: string;
    capital_quote: string;
    realised_quote: string;
    fees_quote: string;
    other_fees_quote: string;
    peak_equity_quote: string;
    peak_ms: number;
    day_start_ms: number;
    day_start_equity_quote: string;
    losses_in_row: number;
    month_start_ms: number;
    month_peak_quote: string;
  };
  equity: {
    seq: Generated<number>;
    account: string;
    at_ms: number;
    equity_quote: string;
    cash_quote: string;
    positions_quote: string;
    cause: string;
  };
  halts: {
    seq: Generated<number>;
    kind: string;
    /** Empty: the whole desk's. */
    account: string;
    since_ms: number;
    reason: string;
    lifted_by: string;
    lifted_ms: number | null;
  };
  operator_actions: {
    seq: Generated<number>;
    id: string;
    by_whom: string;
    kind: string;
    reason: string;
    result: string;
    at_ms: number;
  };
  trade_marks: { account: string; pair: string; last_trade_id: number; at_ms: number };
  venue_account: {
    id: number;
    account: string;
    venue: string;
    account_id: string;
    owns_quote: number;
    baseline_ms: number;
    flows_read_ms: number;
  };
  trade_cursors: {
    account: string;
    pair: string;
    last_trade_id: string | null;
    since_ms: number;
  };
  venue_flows: {
    seq: Generated<number>;
    account: string;
    kind: string;
    flow_id: string;
    asset: string;
    amount: string;
    desk_amount: string;
    at_ms: number;
    booked_ms: number;
  };
  external_orders: {
    seq: Generated<number>;
    account: string;
    pair: string;
    venue_order_id: string;
    client_order_id: string;
    owner: string;
    side: string;
    status: string;
    qty: string | null;
    price: string | null;
    filled_qty: string;
    is_open: number;
    at_ms: number;
    updated_ms: number;
    accepted_ms: number | null;
  };
  external_trades: {
    seq: Generated<number>;
    account: string;
    pair: string;
    kind: string;
    venue_trade_id: string;
    venue_order_id: string;
    client_order_id: string;
    owner: string;
    side: string;
    price: string;
    qty: string;
    quote_qty: string;
    fee: string;
    fee_asset: string;
    is_maker: number;
    at_ms: number;
    accepted_ms: number | null;
  };
  differences: {
    seq: Generated<number>;
    account: string;
    key: string;
    payload: string;
    since_ms: number;
    updated_ms: number;
    state: string;
    ended_ms: number | null;
    by_whom: string;
    reason: string;
  };
  runs: {
    seq: Generated<number>;
    id: string;
    mode: string;
    decision_hash: string;
    venue: string;
    tape: string;
    timeframe: string;
    started_ms: number;
    beat_ms: number;
    live_ms: number;
    due_candles: number;
    max_drawdown_fraction: number;
    crash_loops: number;
    ended_ms: number | null;
  };
  promotions: {
    seq: Generated<number>;
    kind: string;
    at_ms: number;
    decision_hash: string;
    venue: string;
    venue_account: string | null;
    by_whom: string;
    origin: string;
    reason: string;
    checklist: string;
  };
  conformance: { seq: Generated<number>; at_ms: number; venue: string; result: string };
  fidelity: {
    seq: Generated<number>;
    client_order_id: string;
    account: string;
    created_ms: number;
    score: string;
  };
}
