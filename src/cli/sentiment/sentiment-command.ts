/** `sentiment [COIN]`: what people write about the coins and how the sources do, asked of the desk's API. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CoinSentiment, CoinTexts, SourceStanding } from '#core/model/sentiment.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { DeskError } from '#platform/errors.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { deskApi, readApi } from '../desk-api.ts';
import type { DeskApi } from '../desk-api.ts';
import { DESK_OPTIONS, deskOf } from '../desk-args.ts';
import { UsageError } from '../usage-error.ts';
import { coinLines, overviewLines } from './render.ts';

const Moods = z.looseObject({ items: z.array(CoinSentiment) });
const Sources = z.looseObject({ items: z.array(SourceStanding) });

/** @throws UsageError for wrong words, DeskError when no desk runs or its API does not answer. */
export async function sentimentCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...DESK_OPTIONS, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const coin = coinOf(positionals);
  const { dataDir } = deskOf(values, env);
  const clock = systemClock();
  const api = await apiOf(dataDir, clock);
  const shown = { isJson: values.json, nowMs: clock.now() };
  return coin === undefined ? await overview(api, shown) : await oneCoin(api, coin, shown);
}

/** A ticker, or the base of a pair. */
export function coinOf([word, ...more]: readonly string[]): string | undefined {
  if (more.length > 0) throw new UsageError(`sentiment takes one coin, not also "${more[0]}"`);
  if (word === undefined) return undefined;
  const coin = word.split('/')[0]?.toUpperCase() ?? '';
  if (/^[A-Z0-9]{1,20}$/.test(coin)) return coin;
  throw new UsageError(`sentiment expects a coin such as BTC, or MARKET, and found "${word}"`);
}

async function apiOf(dataDir: string, clock: Clock): Promise<DeskApi | undefined> {
  const reply = await askDesk({ kind: 'status' }, { dataDir, clock });
  if (reply === undefined) {
    throw new DeskError('desk-down', `no desk runs on ${dataDir}; ./start-bot.sh starts one`);
  }
  return deskApi(DeskStatus.parse(reply.body).facts, dataDir);
}

interface Shown {
  readonly isJson: boolean;
  readonly nowMs: number;
}

async function overview(api: DeskApi | undefined, { isJson, nowMs }: Shown): Promise<number> {
  const [moods, sources] = await Promise.all([
    asked(api, 'sentiment', Moods),
    asked(api, 'sentiment/sources', Sources),
  ]);
  const all = { moods: moods?.items ?? [], sources: sources?.items ?? [] };
  console.log(isJson ? JSON.stringify(all) : overviewLines(all, nowMs).join('\n'));
  return EXIT.asked;
}

async function oneCoin(
  api: DeskApi | undefined,
  coin: string,
  { isJson, nowMs }: Shown,
): Promise<number> {
  const [moods, about] = await Promise.all([
    asked(api, 'sentiment', Moods),
    asked(api, `sentiment/texts?coin=${coin}`, CoinTexts),
  ]);
  const mood = moods?.items.find((one) => one.coin === coin);
  const texts = about?.texts ?? [];
  if (isJson) console.log(JSON.stringify({ coin, mood: mood ?? null, texts }));
  else if (mood === undefined) console.log(`${coin}: no mood; nobody has written about it lately`);
  else console.log(coinLines(mood, texts, nowMs).join('\n'));
  return mood === undefined ? EXIT.failed : EXIT.asked;
}

/** Undefined for what is not there. @throws DeskError when the API does not answer. */
async function asked<S extends z.ZodType>(
  api: DeskApi | undefined,
  path: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  const answer = await readApi(api, path, schema);
  if (answer.kind === 'given') return answer.value;
  if (answer.kind === 'absent') return undefined;
  throw new DeskError('api-silent', `${answer.why}; ./start-bot.sh status tells how the desk does`);
}
