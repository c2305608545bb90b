import { z } from 'zod';
import { add, format, negate } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { VenueInt } from '../decimal.ts';
import { VenueAmount, VenueId } from './order-shapes.ts';
import type { SignedAsk } from './signed-asks.ts';
import type { VenueFlow } from './trading-venue.ts';

/** The wallet answers for at most so long a time at once. */
const WINDOW_MS = 29 * 86_400_000;
const WINDOWS_MAX = 13;
const PAGE = 1_000;
/** Wallet limits are counted apart from those of trading. */
const WEIGHT = 1;

const Deposits = z.array(
  z.looseObject({
    id: z.union([VenueId, z.string()]).transform(String),
    coin: z.string(),
    amount: VenueAmount,
    status: z.int(),
    insertTime: VenueInt,
  }),
);
/** Credited; 6: credited, but not to be withdrawn yet. */
const DEPOSITED: ReadonlySet<number> = new Set([1, 6]);

const Withdrawals = z.array(
  z.looseObject({
    id: z.string(),
    coin: z.string(),
    amount: VenueAmount,
    transactionFee: VenueAmount.optional(),
    status: z.int(),
    /** UTC text. */
    applyTime: z.string(),
  }),
);
/** Cancelled, rejected, failed: the coins came back. */
const NOT_WITHDRAWN: ReadonlySet<number> = new Set([1, 3, 5]);

const Conversions = z.looseObject({
  list: z.array(
    z.looseObject({
      orderId: VenueId,
      orderStatus: z.string(),
      fromAsset: z.string(),
      fromAmount: VenueAmount,
      toAsset: z.string(),
      toAmount: VenueAmount,
      createTime: VenueInt,
    }),
  ),
});

const Dribblets = z.looseObject({
  userAssetDribblets: z.array(
    z.looseObject({
      userAssetDribbletDetails: z.array(
        z.looseObject({
          transId: VenueId,
          fromAsset: z.string(),
          amount: VenueAmount,
          transferedAmount: VenueAmount,
          operateTime: VenueInt,
          targetAsset: z.string().optional(),
        }),
      ),
    }),
  ),
});

/** What came to or left the account other than by trades, from the venue's own history. */
export function createBinanceFlows(options: {
  readonly ask: SignedAsk;
  readonly now: () => number;
}): (sinceMs: number) => Promise<readonly VenueFlow[]> {
  const { ask, now } = options;

  async function within(startTime: number, endTime: number): Promise<readonly VenueFlow[]> {
    const params = { startTime, endTime, limit: PAGE };
    const question = { params, weight: WEIGHT };
    const deposits = await ask(
      { ...question, name: 'deposits', method: 'sapiGetCapitalDepositHisrec' },
      Deposits,
    );
    const withdrawals = await ask(
      { ...question, name: 'withdrawals', method: 'sapiGetCapitalWithdrawHistory' },
      Withdrawals,
    );
    const conversions = await ask(
      { ...question, name: 'conversions', method: 'sapiGetConvertTradeFlow' },
      Conversions,
    );
    const dust = await ask(
      { ...question, params: { startTime, endTime }, name: 'dust', method: 'sapiGetAssetDribblet' },
      Dribblets,
    );
    return [
      ...depositFlows(deposits),
      ...withdrawalFlows(withdrawals),
      ...conversionFlows(conversions),
      ...dustFlows(dust),
    ];
  }

  return async (sinceMs) => {
    const untilMs = Math.floor(now());
    const firstMs = Math.max(Math.floor(sinceMs), untilMs - WINDOW_MS * WINDOWS_MAX);
    const flows: VenueFlow[] = [];
    for (let fromMs = firstMs; fromMs <= untilMs; fromMs += WINDOW_MS) {
      flows.push(...(await within(fromMs, Math.min(untilMs, fromMs + WINDOW_MS - 1))));
    }
    return flows.toSorted((a, b) => a.atMs - b.atMs);
  };
}

function depositFlows(deposits: z.output<typeof Deposits>): VenueFlow[] {
  return deposits
    .filter(({ status }) => DEPOSITED.has(status))
    .map(({ id, coin, amount, insertTime }) => ({
      kind: 'deposit',
      id,
      asset: coin,
      amount,
      atMs: insertTime,
    }));
}

/** The amount is what arrives elsewhere; the fee leaves with it. */
function withdrawalFlows(withdrawals: z.output<typeof Withdrawals>): VenueFlow[] {
  return withdrawals
    .filter(({ status }) => !NOT_WITHDRAWN.has(status))
    .map(({ id, coin, amount, transactionFee, applyTime }) => ({
      kind: 'withdrawal',
      id,
      asset: coin,
      amount: minus(add(amount, transactionFee ?? ('0' as DecimalText))),
      atMs: Date.parse(`${applyTime.replace(' ', 'T')}Z`),
    }));
}

function conversionFlows({ list }: z.output<typeof Conversions>): VenueFlow[] {
  return list
    .filter(({ orderStatus }) => orderStatus === 'SUCCESS')
    .flatMap((conversion) => {
      const { orderId, fromAsset, fromAmount, toAsset, toAmount, createTime } = conversion;
      const shared = { kind: 'conversion', atMs: createTime } as const;
      return [
        { ...shared, id: `${orderId}:from`, asset: fromAsset, amount: minus(fromAmount) },
        { ...shared, id: `${orderId}:to`, asset: toAsset, amount: toAmount },
      ];
    });
}

/** Remainders become the venue's own coin; its charge is already taken off. */
function dustFlows({ userAssetDribblets }: z.output<typeof Dribblets>): VenueFlow[] {
  return userAssetDribblets
    .flatMap(({ userAssetDribbletDetails }) => userAssetDribbletDetails)
    .flatMap((detail) => {
      const { transId, fromAsset, amount, transferedAmount, operateTime, targetAsset } = detail;
      const shared = { kind: 'dust', atMs: operateTime } as const;
      const id = `${transId}:${fromAsset}`;
      return [
        { ...shared, id: `${id}:from`, asset: fromAsset, amount: minus(amount) },
        { ...shared, id: `${id}:to`, asset: targetAsset ?? 'BNB', amount: transferedAmount },
      ];
    });
}

function minus(amount: Parameters<typeof negate>[0]): DecimalText {
  return format(negate(amount));
}
