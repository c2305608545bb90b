import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { VenueMetrics } from '../metrics.ts';
import { parseAccountEvent, reportedOrder, reportedTrade } from './account-events.ts';
import type { RequestSigner } from './request-signer.ts';
import type { SessionOptions, SocketOutcome, SocketSession } from './socket-session.ts';
import type { TradingSymbols } from './trading-symbols.ts';
import type { AccountListener, AccountWatch } from './trading-venue.ts';

const SUBSCRIBE_WITHIN_MS = 5_000;
const RECV_WINDOW_MS = 5_000;

export interface WatchOptions {
  readonly listener: AccountListener;
  readonly open: (hooks: Pick<SessionOptions, 'onUp' | 'onDown' | 'onMessage'>) => SocketSession;
  readonly signer: RequestSigner;
  readonly symbols: TradingSymbols;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: VenueMetrics;
}

/**
 * The account's stream over a connection of its own, so that giving it up leaves no order in the
 * dark. An event that cannot be read counts as a gap: its listener asks for what it may have said.
 */
export function watchAccount(options: WatchOptions): AccountWatch {
  const { listener, signer, clock, log, metrics } = options;
  let isCurrent = false;
  const session = options.open({
    onUp: () => void subscribe(),
    onDown: (cause) => lose(cause),
    onMessage: (message) => hear(message),
  });

  async function subscribe(): Promise<void> {
    const params = { timestamp: Math.floor(clock.now()), recvWindow: RECV_WINDOW_MS };
    const method = 'userDataStream.subscribe.signature';
    const outcome = await session.request(method, signer.sign(params), SUBSCRIBE_WITHIN_MS);
    if (outcome.kind === 'reply' && outcome.reply.status === 200) {
      isCurrent = true;
      listener.onSubscribed();
      return;
    }
    log.error({ cause: causeOf(outcome) }, 'the venue does not let us hear the account');
    if (outcome.kind === 'reply') session.restart('not subscribed');
  }

  function lose(cause: string): void {
    if (isCurrent) metrics.reconnects.inc({ stream: 'account' });
    isCurrent = false;
    listener.onGap(cause);
  }

  function hear(message: unknown): void {
    const event = parseAccountEvent(message);
    if (event === undefined) return;
    if (event === 'bad') {
      metrics.badEvents.inc();
      log.error({}, 'an event of the account cannot be read');
      listener.onGap('an event that cannot be read');
      if (isCurrent) listener.onSubscribed();
      return;
    }
    metrics.events.inc({ stream: 'account' });
    switch (event.kind) {
      case 'order':
        tell(options, event);
        return;
      case 'balances':
        for (const balance of event.balances) listener.onBalance(balance);
        return;
      case 'flow':
        listener.onFlow(event.asset, event.amount, event.atMs);
        return;
      case 'terminated':
      case 'shutdown':
        session.restart('the venue ended the stream');
        return;
      case 'list':
        return;
    }
  }

  return {
    get isCurrent() {
      return isCurrent;
    },
    restart: (reason) => session.restart(reason),
    close: () => session.close(),
  };
}

type Told = Extract<ReturnType<typeof parseAccountEvent>, { readonly kind: 'order' }>;

function tell(options: WatchOptions, event: Told): void {
  const { listener, symbols, clock, log, metrics } = options;
  const { symbol, report } = event;
  const pair = symbols.pairOf(symbol);
  if (pair !== undefined) {
    metrics.delaySeconds.set({ stream: 'account' }, (clock.now() - report.T) / 1_000);
    listener.onOrder(reportedOrder(pair, report), reportedTrade(pair, report));
    return;
  }
  // An order by hand on a pair that the desk never met; it may well wait for the answer.
  if (symbols.isKnown(symbol)) return;
  symbols.learn([symbol]).then(
    () => symbols.isKnown(symbol) && tell(options, event),
    (error: unknown) => log.warn({ symbol, cause: errorText(error) }, 'a symbol is not known'),
  );
}

function causeOf(outcome: SocketOutcome): unknown {
  switch (outcome.kind) {
    case 'reply':
      return outcome.reply.error;
    case 'lost':
      return outcome.cause;
    case 'not-sent':
      return 'the connection is gone';
  }
}
