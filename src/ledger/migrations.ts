/**
 * The schema, one step per version. A step that was released is never edited: a change is a new
 * step. STRICT makes SQLite refuse a value of the wrong type instead of storing it.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'first ledger',
    statements: [
      `create table meta (
        id integer primary key check (id = 1), desk_id text not null, created_ms integer not null
      ) strict`,
      `create table lease (
        id integer primary key check (id = 1), owner text not null, epoch integer not null,
        acquired_ms integer not null, renewed_ms integer not null, is_released integer not null
      ) strict`,
      `create table inbox (
        seq integer primary key, id text not null unique, kind text not null,
        priority integer not null, pair text, payload text not null, received_ms integer not null,
        expires_ms integer, state text not null check (state in ('pending', 'done')), verdict text,
        finished_ms integer
      ) strict`,
      `create index inbox_pending on inbox (priority, seq) where state = 'pending'`,
      `create table intents (
        seq integer primary key, id text not null unique, pair text not null, action text not null,
        payload text not null, verdict_kind text not null, verdict text not null,
        at_ms integer not null
      ) strict`,
      `create table orders (
        seq integer primary key, client_order_id text not null unique, intent_id text not null,
        account text not null, pair text not null, side text not null, type text not null,
        leg text not null, attempt integer not null, time_in_force text not null,
        qty text not null, price text, stop_price text, trailing_fraction real, list_id text,
        status text not null, filled_qty text not null, filled_quote text not null,
        held_quote text not null, venue_order_id text, is_ended integer not null,
        created_ms integer not null, updated_ms integer not null
      ) strict`,
      `create index orders_open on orders (account, pair) where is_ended = 0`,
      `create index orders_intent on orders (intent_id)`,
      `create index orders_entry on orders (account, pair) where leg = 'entry'`,
      `create table order_events (
        seq integer primary key, client_order_id text not null references orders (client_order_id),
        from_status text, to_status text not null, event text not null, is_legal integer not null,
        raw text not null, at_ms integer not null
      ) strict`,
      `create index order_events_order on order_events (client_order_id)`,
      `create table commands (
        id text primary key, account text not null, pair text not null,
        client_order_id text not null references orders (client_order_id), kind text not null,
        outcome text not null check (outcome in ('pending', 'accepted', 'refused', 'unknown')),
        detail text not null, created_ms integer not null, settled_ms integer
      ) strict, without rowid`,
      `create index commands_unsettled on commands (account, created_ms)
        where outcome in ('pending', 'unknown')`,
      `create table fills (
        seq integer primary key, account text not null, pair text not null, kind text not null,
        venue_trade_id text not null,
        client_order_id text not null references orders (client_order_id), side text not null,
        price text not null, qty text not null, quote_qty text not null, fee text not null,
        fee_asset text not null, other_fee_quote text not null, liquidity text not null,
        at_ms integer not null,
        unique (account, pair, kind, venue_trade_id, client_order_id)
      ) strict`,
      `create index fills_order on fills (client_order_id)`,
      `create table accounts (
        id integer primary key, owner text not null, account text not null,
        kind text not null check
          (kind in ('free', 'held', 'trading', 'fees', 'external', 'dust', 'adjustment')),
        asset text not null, balance text not null, unique (owner, account, kind, asset)
      ) strict`,
      `create table transactions (
        id integer primary key, kind text not null, ref text not null, at_ms integer not null
      ) strict`,
      `create table entries (
        seq integer primary key, transaction_id integer not null references transactions (id),
        account_id integer not null references accounts (id), amount text not null
      ) strict`,
      `create table positions (
        account text not null, pair text not null, qty text not null, cost_quote text not null,
        realised_quote text not null, fees_quote text not null, bought_qty text not null,
        bought_quote text not null, sold_qty text not null, sold_quote text not null,
        dust_qty text not null, stop_price text, target_price text, opened_ms integer not null,
        updated_ms integer not null, primary key (account, pair)
      ) strict`,
      `create table round_trips (
        id integer primary key, account text not null, pair text not null,
        opened_ms integer not null, closed_ms integer not null, bought_qty text not null,
        bought_quote text not null, sold_qty text not null, sold_quote text not null,
        fees_quote text not null, profit_quote text not null
      ) strict`,
      `create table account_figures (
        account text primary key, quote_asset text not null, capital_quote text not null,
        realised_quote text not null, fees_quote text not null, other_fees_quote text not null,
        peak_equity_quote text not null, peak_ms integer not null, day_start_ms integer not null,
        day_start_equity_quote text not null, losses_in_row integer not null
      ) strict`,
      `create table equity (
        seq integer primary key, account text not null, at_ms integer not null,
        equity_quote text not null, cash_quote text not null, positions_quote text not null,
        cause text not null
      ) strict`,
      `create index equity_time on equity (account, at_ms)`,
      `create table halts (
        seq integer primary key, kind text not null, since_ms integer not null,
        reason text not null, lifted_by text not null, lifted_ms integer
      ) strict`,
      `create unique index halts_active on halts (kind) where lifted_ms is null`,
      `create table operator_actions (
        seq integer primary key, id text not null unique, by_whom text not null,
        kind text not null, reason text not null, result text not null, at_ms integer not null
      ) strict`,
      `create table trade_marks (
        account text not null, pair text not null, last_trade_id integer not null,
        at_ms integer not null, primary key (account, pair)
      ) strict, without rowid`,
    ],
  },
  {
    version: 2,
    name: 'market of the account',
    statements: ['alter table meta add column market text'],
  },
  {
    version: 3,
    name: 'the order that a command replaces',
    statements: [
      'alter table commands add column replaced_id text references orders (client_order_id)',
    ],
  },
  {
    version: 4,
    name: 'audit',
    statements: [
      `create table audit (
        seq integer primary key, at_ms integer not null, kind text not null, ref text not null,
        who text not null, origin text not null, why text not null, payload text not null,
        prev_hash text not null, hash text not null
      ) strict`,
      `create trigger audit_is_not_updated before update on audit
        begin select raise(abort, 'the audit is only appended to'); end`,
      `create trigger audit_is_not_deleted before delete on audit
        begin select raise(abort, 'the audit is only appended to'); end`,
      'alter table meta add column audit_seq integer not null default 0',
      'alter table meta add column audit_hash text',
    ],
  },
  {
    version: 5,
    name: 'the account at the venue',
    statements: [
      `create table venue_account (
        id integer primary key check (id = 1), account text not null, venue text not null,
        account_id text not null, owns_quote integer not null, baseline_ms integer not null,
        flows_read_ms integer not null
      ) strict`,
      `create table trade_cursors (
        account text not null, pair text not null, last_trade_id text, since_ms integer not null,
        primary key (account, pair)
      ) strict, without rowid`,
      `create table venue_flows (
        seq integer primary key, account text not null, kind text not null, flow_id text not null,
        asset text not null, amount text not null, desk_amount text not null,
        at_ms integer not null, booked_ms integer not null,
        unique (account, kind, flow_id, asset)
      ) strict`,
      `create table external_orders (
        seq integer primary key, account text not null, pair text not null,
        venue_order_id text not null, client_order_id text not null, owner text not null,
        side text not null, status text not null, qty text, price text,
        filled_qty text not null, is_open integer not null, at_ms integer not null,
        updated_ms integer not null, accepted_ms integer,
        unique (account, pair, venue_order_id)
      ) strict`,
      `create index external_orders_open on external_orders (account) where is_open = 1`,
      `create table external_trades (
        seq integer primary key, account text not null, pair text not null, kind text not null,
        venue_trade_id text not null, venue_order_id text not null, client_order_id text not null,
        owner text not null, side text not null, price text not null, qty text not null,
        quote_qty text not null, fee text not null, fee_asset text not null,
        is_maker integer not null, at_ms integer not null, accepted_ms integer,
        unique (account, pair, kind, venue_trade_id, venue_order_id)
      ) strict`,
      `create index external_trades_foreign on external_trades (account)
        where owner <> 'person' and accepted_ms is null`,
      `create table differences (
        seq integer primary key, account text not null, key text not null, payload text not null,
        since_ms integer not null, updated_ms integer not null,
        state text not null check (state in ('open', 'explained', 'accepted')),
        ended_ms integer, by_whom text not null, reason text not null
      ) strict`,
      `create unique index differences_open on differences (account, key) where state = 'open'`,
      `create index orders_venue_id on orders (account, pair, venue_order_id)
        where venue_order_id is not null`,
    ],
  },
  {
    version: 6,
    name: 'promotion',
    statements: [
      `create table runs (
        seq integer primary key, id text not null unique, mode text not null,
        decision_hash text not null, venue text not null, tape text not null,
        timeframe text not null, started_ms integer not null, beat_ms integer not null,
        live_ms integer not null, due_candles real not null, max_drawdown_fraction real not null,
        crash_loops integer not null, ended_ms integer
      ) strict`,
      `create table promotions (
        seq integer primary key, kind text not null check (kind in ('promoted', 'demoted')),
        at_ms integer not null, decision_hash text not null, venue text not null,
        venue_account text, by_whom text not null, origin text not null, reason text not null,
        checklist text not null
      ) strict`,
      `create table conformance (
        seq integer primary key, at_ms integer not null, venue text not null, result text not null
      ) strict`,
      'alter table meta add column config text',
    ],
  },
  {
    version: 7,
    name: 'peak of the month',
    statements: [
      'alter table account_figures add column month_start_ms integer not null default 0',
      `alter table account_figures add column month_peak_quote text not null default '0'`,
    ],
  },
  {
    version: 8,
    name: 'paper fidelity',
    statements: [
      `create table fidelity (
        seq integer primary key, client_order_id text not null unique, account text not null,
        created_ms integer not null, score text not null
      ) strict`,
      `create index fidelity_time on fidelity (account, created_ms)`,
    ],
  },
  {
    version: 9,
    name: 'halts of one account',
    statements: [
      // Empty: the whole desk's.
      `alter table halts add column account text not null default ''`,
      'drop index halts_active',
      'create unique index halts_active on halts (kind, account) where lifted_ms is null',
    ],
  },
  {
    version: 10,
    name: 'events for those who follow the ledger',
    statements: [
      `create table events (
        seq integer primary key, at_ms integer not null, kind text not null, payload text not null
      ) strict`,
      // Each trade of somebody else asks whether its order was told of.
      `create index external_trades_order on external_trades (account, pair, venue_order_id)`,
    ],
  },
];

export const SCHEMA_VERSION = Math.max(...MIGRATIONS.map(({ version }) => version));
