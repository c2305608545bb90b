import { parseArgs } from 'node:util';
import { z } from 'zod';
import { conform } from '#conformance/conform.ts';
import { openMarket } from '#conformance/open-market.ts';
import { withPracticeKeys } from '#coordinator/practice-keys.ts';
import { Pair } from '#core/model/pair.ts';
import type { ConformanceCase } from '#core/promotion/conformance.ts';
import { openAccount } from '#doctor/open-account.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { runFolder } from '#platform/lifecycle/short-path.ts';
import { venueName } from '#promotion/decision-hash.ts';
import { sendNote } from '#promotion/send-note.ts';
import { deskArgs, DESK_OPTIONS } from './desk-args.ts';
import { deskRedis } from './desk-redis.ts';
import { type LoadedDesk, loadDesk } from './desk.ts';
import { keystoreAccess } from './keys/keystore-access.ts';
import { originOf } from './origin.ts';
import { parseStartFlags } from './start-flags.ts';
import { userName } from './user-name.ts';

const clock = systemClock();

/** `conformance`: tiny real orders that show whether a venue does what the desk relies on. */
export async function conformanceCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...DESK_OPTIONS,
      exchange: { type: 'string' },
      sandbox: { type: 'boolean', default: false },
      pair: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const words = values.exchange === undefined ? [] : ['--exchange', values.exchange];
  const flags = parseStartFlags([...deskArgs(values), ...words], process.cwd());
  const sandbox = values.sandbox ? { NIGHTDESK__EXCHANGE__SANDBOX: 'true' } : {};
  const desk = loadDesk(flags, { ...env, ...sandbox });
  const cases = await runCases(desk, pairOf(desk, values.pair), (result) => {
    if (!values.json) console.log(lineOf(result));
  });
  // A venue's test network speaks for the venue.
  const venue = venueName({ exchange: { ...desk.config.exchange, sandbox: false } });
  const result = {
    venue,
    isSandbox: desk.config.exchange.sandbox,
    atMs: Math.floor(clock.now()),
    cases: [...cases],
  };
  if (values.json) console.log(JSON.stringify(result));
  const noted = await sendNote(
    {
      id: freshId(),
      kind: 'note-conformance',
      by: userName(),
      origin: originOf(env),
      reason: '',
      conformance: result,
      issuedMs: Math.floor(clock.now()),
    },
    { dataDir: desk.dataDir, deskId: desk.config.desk_id, clock },
  );
  if (!values.json) console.log(noted.message);
  return cases.some(({ outcome }) => outcome === 'fail') ? EXIT.failed : EXIT.asked;
}

async function runCases(
  desk: LoadedDesk,
  pair: Pair,
  onCase: (result: ConformanceCase) => void,
): Promise<readonly ConformanceCase[]> {
  const { config, dataDir } = desk;
  const exchange = await addressed(desk);
  const market = await openMarket({
    config: exchange,
    pair,
    quoteAsset: config.quote_asset,
    redis: deskRedis(desk),
    clock,
  });
  try {
    const [instrument] = market.instruments;
    if (instrument === undefined) throw new ConfigError(`${exchange.name} has no ${pair}`);
    const filled = withPracticeKeys({ ...config, exchange }, runFolder(dataDir));
    const account = await openAccount({
      exchange: filled['exchange'],
      access: await keystoreAccess(desk),
      pairs: [pair],
      redis: deskRedis(desk),
      clock,
      offsetMs: market.clock.offsetMs(),
    });
    try {
      return await conform({ market, account, instrument, clock, onCase });
    } finally {
      await account.close();
    }
  } finally {
    await market.close();
  }
}

/** Where the venue is; the practice exchange is a part of a desk that runs. */
async function addressed({
  config,
  dataDir,
}: LoadedDesk): Promise<LoadedDesk['config']['exchange']> {
  const answer = await askDesk({ kind: 'status' }, { dataDir, clock });
  const status = answer === undefined ? undefined : DeskStatus.parse(answer.body);
  if (status?.mode === 'production') {
    throw new ConfigError(
      'a desk trades on this account: stop it first, it would take these orders for another desk',
    );
  }
  const { exchange } = config;
  if (exchange.name !== 'practice' || exchange.base_url !== null) return exchange;
  const port = PracticeFacts.safeParse(status?.facts['practice']).data?.port;
  if (port === undefined) {
    throw new ConfigError('the practice exchange runs with the desk: start it in shadow first');
  }
  const host = `127.0.0.1:${port}`;
  return { ...exchange, base_url: `http://${host}`, ws_url: `ws://${host}` };
}

const PracticeFacts = z.looseObject({ port: z.int() });

function pairOf({ config }: LoadedDesk, wanted: string | undefined): Pair {
  return Pair.parse(wanted ?? config.pairs[0] ?? `BTC/${config.quote_asset}`);
}

export function lineOf({ name, outcome, detail }: ConformanceCase): string {
  return `${outcome}  ${name}${detail === '' ? '' : `: ${detail}`}`;
}
