import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { freePort } from '../desk.ts';
import type { BadCase } from './bad-case.ts';
import type { Outcome, Place } from './place.ts';

const HEADER = 'timestamp,open,high,low,close,volume\n';

function withReplay(
  place: Place,
  content: string | Buffer,
  name = 'BTCUSDT-1m-x.csv',
): Promise<Outcome> {
  const file = join(place.folder, name);
  writeFileSync(file, content);
  return place.start({ args: ['--replay', file] });
}

/** The exchange and recorded data. */
export const VENUE_CASES: readonly BadCase[] = [
  {
    name: 'an exchange that does not exist',
    code: 2,
    says: [/no venue "binanse"/, /did you mean "binance"/],
    start: (place) => place.start({ args: ['--exchange', 'binanse'] }),
  },
  {
    name: 'an exchange that cannot be reached',
    code: 71,
    says: [/binance/, /127\.0\.0\.1:\d+/, /cannot be reached/],
    start: async (place) => {
      const port = await freePort();
      return place.start({
        args: ['--exchange', 'binance'],
        env: {
          NIGHTDESK__EXCHANGE__BASE_URL: `http://127.0.0.1:${port}`,
          NIGHTDESK__EXCHANGE__WS_URL: `ws://127.0.0.1:${port}`,
        },
      });
    },
  },
  {
    name: 'a pair the exchange does not trade',
    code: 2,
    says: [/NOPE\/USDT/, /does not trade/],
    start: (place) => place.start({ args: ['--pairs', 'BTC/USDT,NOPE/USDT'] }),
  },
  {
    name: 'a replay file that is not there',
    code: 2,
    says: [/nowhere\.csv/, /no such file|not found/i],
    start: (place) => place.start({ args: ['--replay', join(place.folder, 'nowhere.csv')] }),
  },
  {
    name: 'a replay file with another header',
    code: 2,
    says: [/BTCUSDT-1m-x\.csv/, /line 1/, /expected a column timestamp/],
    start: (place) => withReplay(place, 'time;o;h;l;c\n1;2;3;4;5\n'),
  },
  {
    name: 'a replay file with a broken row',
    code: 2,
    says: [/BTCUSDT-1m-x\.csv/, /line 3/],
    start: (place) =>
      withReplay(
        place,
        `${HEADER}2021-04-01 00:00:00,1,2,1,2,10\n2021-04-01 00:01:00,1,oops,1,2,10\n`,
      ),
  },
  {
    name: 'an empty replay file',
    code: 2,
    says: [/BTCUSDT-1m-x\.csv/, /empty|no candle|no rows/i],
    start: (place) => withReplay(place, ''),
  },
  {
    name: 'a .gz that is not one',
    code: 2,
    says: [/BTCUSDT-1m-x\.csv\.gz/, /line 1/],
    start: (place) =>
      withReplay(place, Buffer.from('1f8b0800deadbeef', 'hex'), 'BTCUSDT-1m-x.csv.gz'),
  },
  {
    name: 'a .gz that ends in the middle',
    code: 2,
    says: [/BTCUSDT-1m-x\.csv\.gz/, /end of file|cut|unexpected/i],
    start: (place) => {
      const rows = Array.from(
        { length: 2_000 },
        (_, i) => `${1_617_235_200_000 + i * 60_000},1,2,1,2,${i}`,
      );
      const whole = gzipSync(`${HEADER}${rows.join('\n')}\n`);
      return withReplay(place, whole.subarray(0, whole.length / 2), 'BTCUSDT-1m-x.csv.gz');
    },
  },
];
