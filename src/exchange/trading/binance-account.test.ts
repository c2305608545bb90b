import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { createWeightBudget } from '../budget.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import { createGuardedRead } from '../guarded-reads.ts';
import { declareVenueMetrics } from '../metrics.ts';
import { rememberEvidence } from '../venue-failure.ts';
import { createBinanceAccount } from './binance-account.ts';
import { createBinanceFlows } from './binance-flows.ts';
import { createSignedAsk } from './signed-asks.ts';
import { createTradingSymbols } from './trading-symbols.ts';

const PAIR = Pair.parse('BTC/USDT');
const START = 1_700_000_040_000;

/** Answers by method; an error stands for HTTP 400 with a body of the venue. */
function account(answers: Readonly<Record<string, unknown>>, hasWallet = true) {
  const clock = fakeClock(START);
  const calls: [string, unknown][] = [];
  const client = new Proxy(
    { handleErrors: () => undefined, handleHttpStatusCode: () => undefined },
    {
      get: (target, name: string) => {
        if (name in target) return target[name as keyof typeof target];
        return (params: unknown) => {
          calls.push([name, params]);
          const answer = answers[name];
          if (!(answer instanceof Error)) return Promise.resolve(answer);
          return Promise.reject(refusal(answer.message));
        };
      },
    },
  ) as unknown as CcxtClient;

  /** As ccxt throws it, with status and body kept beside it. */
  function refusal(body: string): unknown {
    const error = new Error('ccxt');
    const thrower = {
      handleErrors: () => {
        throw error;
      },
      handleHttpStatusCode: () => undefined,
    };
    rememberEvidence(thrower as unknown as CcxtClient);
    try {
      thrower.handleErrors(...([400, '', '', '', {}, body] as unknown as []));
    } catch {
      return error;
    }
    return error;
  }

  const read = createGuardedRead({
    clock,
    random: seededRandom(1),
    budget: createWeightBudget({ clock, weightPerMinute: 6_000, reserveFraction: 0.2 }),
    metrics: declareVenueMetrics(createMetrics({ agent: 'test', instance: 'test' })),
    readBudgetMs: 50,
  });
  const ask = createSignedAsk({ client, read, now: () => clock.now() });
  const symbols = createTradingSymbols({
    pairs: [PAIR],
    ask: (names) =>
      Promise.resolve(
        names.map((symbol) => ({
          symbol,
          pair: Pair.safeParse(symbol.replace('BNB', '/BNB')).data,
        })),
      ),
  });
  return {
    calls,
    ...createBinanceAccount({ ask, symbols, hasWallet }),
    flows: createBinanceFlows({ ask, now: () => clock.now() }),
  };
}

const ORDER = {
  symbol: 'BTCUSDT',
  orderId: 1,
  clientOrderId: 'myOrder1',
  price: '0.1',
  origQty: '1.0',
  executedQty: '0.0',
  cummulativeQuoteQty: '0.0',
  status: 'NEW',
  type: 'LIMIT',
  side: 'BUY',
  stopPrice: '0.0',
  time: 1,
  updateTime: 2,
  isWorking: true,
};

describe('reads of an account', () => {
  it('finds an order by the desk’s id, stamped when it is asked', async () => {
    const { order, calls } = account({ privateGetOrder: ORDER });

    expect(await order({ pair: PAIR, clientOrderId: 'myOrder1' })).toMatchObject({
      status: 'open',
      price: '0.1',
      atMs: 2,
    });
    expect(calls).toEqual([
      [
        'privateGetOrder',
        { symbol: 'BTCUSDT', origClientOrderId: 'myOrder1', timestamp: START, recvWindow: 5_000 },
      ],
    ]);
  });

  it('says absent only by the venue’s own word', async () => {
    const absent = new Error('{"code":-2013,"msg":"Order does not exist."}');
    const other = new Error('{"code":-1000,"msg":"An unknown error occurred."}');

    expect(
      await account({ privateGetOrder: absent }).order({ pair: PAIR, clientOrderId: 'x' }),
    ).toBe('absent');
    for (const answer of [other, '', '<html>', [], { ...ORDER, status: undefined }]) {
      const asked = account({ privateGetOrder: answer }).order({ pair: PAIR, clientOrderId: 'x' });
      await expect(asked).rejects.toThrow();
    }
  });

  it('learns the pairs of orders made elsewhere and leaves out what it cannot name', async () => {
    const orders = [ORDER, { ...ORDER, symbol: 'ETHBNB' }, { ...ORDER, symbol: 'strange' }];
    const { openOrders } = account({ privateGetOpenOrders: orders });

    expect((await openOrders()).map(({ pair }) => pair)).toEqual(['BTC/USDT', 'ETH/BNB']);
  });

  it('takes an account without balances for an answer that went wrong', async () => {
    await expect(account({ privateGetAccount: {} }).balances()).rejects.toThrow();
  });

  it('asks for executions from a number or a time on', async () => {
    const { trades, calls } = account({ privateGetMyTrades: [] });

    await trades({ pair: PAIR, fromId: '77', limit: 5 });
    await trades({ pair: PAIR, sinceMs: 12.5, limit: 5_000 });

    expect(calls.map(([, params]) => params)).toMatchObject([
      { symbol: 'BTCUSDT', fromId: '77', limit: 5 },
      { symbol: 'BTCUSDT', startTime: 12, limit: 1_000 },
    ]);
  });

  it('says what the keys may do, and what a test network does not tell', async () => {
    const answers = {
      privateGetAccount: { uid: 354937868, canTrade: true, balances: [] },
      sapiGetAccountApiRestrictions: {
        ipRestrict: false,
        enableWithdrawals: true,
        enableSpotAndMarginTrading: false,
      },
    };

    expect(await account(answers).rights()).toEqual({
      accountId: '354937868',
      canTrade: false,
      canWithdraw: true,
      isIpRestricted: false,
    });
    expect(await account(answers, false).rights()).toEqual({
      accountId: '354937868',
      canTrade: true,
      canWithdraw: undefined,
      isIpRestricted: undefined,
    });
  });

  it('adds up what a trade costs', async () => {
    const rates = { maker: '0.00100000', taker: '0.00200000', buyer: '0', seller: '0.00050000' };
    const none = { maker: '0', taker: '0', buyer: '0', seller: '0' };
    const discount = { enabledForAccount: true, enabledForSymbol: true, discountAsset: 'BNB' };
    const answer = { standardCommission: rates, taxCommission: none, discount };

    expect(await account({ privateGetAccountCommission: answer }).commission(PAIR)).toEqual({
      makerFraction: 0.0015,
      takerFraction: 0.0025,
      discountAsset: 'BNB',
    });
  });
});

describe('flows', () => {
  it('come from the venue’s history, signed and in order', async () => {
    const { flows } = account({
      sapiGetCapitalDepositHisrec: [
        { id: '769800519366885376', coin: 'USDT', amount: '5', status: 1, insertTime: 30 },
        { id: '2', coin: 'USDT', amount: '7', status: 0, insertTime: 31 },
      ],
      sapiGetCapitalWithdrawHistory: [
        {
          id: 'b6ae22b3',
          coin: 'USDT',
          amount: '8.91000000',
          transactionFee: '0.004',
          status: 6,
          applyTime: '1970-01-01 00:00:00',
        },
        { id: 'c', coin: 'USDT', amount: '1', status: 3, applyTime: '1970-01-01 00:00:00' },
      ],
      sapiGetConvertTradeFlow: {
        list: [
          {
            orderId: '940708407462087195',
            orderStatus: 'SUCCESS',
            fromAsset: 'USDT',
            fromAmount: '20',
            toAsset: 'BNB',
            toAmount: '0.06154036',
            createTime: 20,
          },
        ],
      },
      sapiGetAssetDribblet: {
        userAssetDribblets: [
          {
            userAssetDribbletDetails: [
              {
                transId: 4359321,
                fromAsset: 'ATOM',
                amount: '0.009',
                transferedAmount: '0.000441',
                operateTime: 40,
              },
            ],
          },
        ],
      },
    });

    const found = await flows(START - 1_000);

    expect(found.map(({ kind, asset, amount }) => `${kind} ${amount} ${asset}`)).toEqual([
      'withdrawal -8.914 USDT',
      'conversion -20 USDT',
      'conversion 0.06154036 BNB',
      'deposit 5 USDT',
      'dust -0.009 ATOM',
      'dust 0.000441 BNB',
    ]);
    expect(new Set(found.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(6);
  });

  it('asks for a long time in parts', async () => {
    const { flows, calls } = account({
      sapiGetCapitalDepositHisrec: [],
      sapiGetCapitalWithdrawHistory: [],
      sapiGetConvertTradeFlow: { list: [] },
      sapiGetAssetDribblet: { userAssetDribblets: [] },
    });

    await flows(START - 70 * 86_400_000);

    const windows = calls.filter(([name]) => name === 'sapiGetCapitalDepositHisrec');
    expect(windows).toHaveLength(3);
  });
});
