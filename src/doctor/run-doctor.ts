/**
 * Everything that should hold before a desk trades with real money, looked at from outside: it works
 * with the desk up or down and changes nothing. Each check reads its facts first and judges them with
 * a pure function beside it.
 */
import { join } from 'node:path';
import { redisAddress } from '#bus/config.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { format, fromNumber } from '#core/money/decimal.ts';
import type { DeskConfig } from '#desk-config/desk-config.ts';
import { wantedPairs } from '#core/pairs/wanted-pairs.ts';
import { readTokens, tokenFilePath } from '#platform/access/token-file.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { backupDirectory, listBackups } from '#platform/snapshot/backup-list.ts';
import { judgeAccount } from './account.ts';
import type { AccountFacts } from './account.ts';
import { judgeAlerts } from './alerts.ts';
import { judgeApi } from './api.ts';
import { judgeBackup } from './backup.ts';
import { judgeCapital } from './capital.ts';
import { judgeDisk, measureDisk } from './disk.ts';
import { judgeFiles, lookAtFiles } from './files.ts';
import { fail, pass } from './finding.ts';
import type { Finding } from './finding.ts';
import { judgeKeys, judgeRights } from './keys.ts';
import type { KeyFacts } from './keys.ts';
import { judgeLedger, readLedger } from './ledger.ts';
import type { AccountReading } from './read-account.ts';
import { readChannels } from './read-channels.ts';
import { readVenue } from './read-venue.ts';
import { judgeRedis, readRedis } from './redis.ts';
import type { RedisFacts } from './redis.ts';
import { judgeVenue } from './venue.ts';
import type { VenueFacts } from './venue.ts';

export interface DoctorOptions {
  readonly config: DeskConfig;
  /** Folder of the project. */
  readonly rootDir: string;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly isDeskUp: boolean;
  /** Port of the practice exchange of a desk that is up. */
  readonly practicePort: number | undefined;
  /** Socket of the desk's own Redis. */
  readonly redisSocket: string;
  readonly keySource: KeyFacts['source'];
  /** Files with secrets in the open. */
  readonly secretFiles: readonly string[];
  /** Reads the account with its keys. */
  readonly readAccount: (at: VenueAt) => Promise<AccountReading>;
}

/** The venue as it was found. */
export interface VenueAt {
  readonly exchange: DeskConfig['exchange'];
  readonly instruments: readonly Instrument[];
  readonly offsetMs: number;
}

export async function runDoctor(options: DoctorOptions): Promise<readonly Finding[]> {
  const { config, dataDir } = options;
  const [venue, redis, ledger, channels] = await Promise.all([
    lookAtVenue(options),
    lookAtRedis(options),
    readLedger(join(dataDir, 'ledger.db')),
    readChannels(config.notifier),
  ]);
  return [
    pass('config', `${config.mode} on ${config.exchange.name}, candles of ${config.timeframe}`),
    ...(await lookAtKeys(options, venue)),
    ...judgeVenue(venue),
    ...lookAtDisk(options),
    judgeRedis(redis),
    ...judgeFiles(lookAtFiles(dataDir, options.secretFiles)),
    ...judgeLedger(ledger),
    judgeApi({
      host: config.gateway.host,
      readTokens: () => readTokens(tokenFilePath(dataDir)),
      nowMs: options.clock.now(),
    }),
    lookAtBackups(options, ledger.kind !== 'none'),
    judgeAlerts(channels),
  ];
}

function lookAtBackups(options: DoctorOptions, hasLedger: boolean): Finding {
  const { config, dataDir, clock } = options;
  const directory = backupDirectory(config.backup, { rootDir: options.rootDir, dataDir });
  const newest = listBackups(directory, dataDir)[0]?.manifest;
  const problems = newest?.ledger?.problems ?? 0;
  const everyHours = config.backup.every_hours;
  const facts = { hasLedger, newestMs: newest?.createdMs, problems, everyHours };
  return judgeBackup(facts, clock.now());
}

async function lookAtVenue(options: DoctorOptions): Promise<VenueFacts> {
  const { config, clock } = options;
  const exchange = addressed(options);
  if (exchange === undefined) return { kind: 'not-started' };
  return await readVenue({
    config: exchange,
    pairs: wantedPairs(config),
    quoteAsset: config.quote_asset,
    redis: redisOf(options),
    clock,
  });
}

/** With the address of the built-in exchange filled in; undefined while that is down. */
function addressed({ config, practicePort }: DoctorOptions): DeskConfig['exchange'] | undefined {
  const { exchange } = config;
  if (exchange.name !== 'practice' || exchange.base_url !== null) return exchange;
  if (practicePort === undefined) return undefined;
  const host = `127.0.0.1:${practicePort}`;
  return { ...exchange, base_url: `http://${host}`, ws_url: `ws://${host}` };
}

/** Where the Redis of the desk is; its own only while it runs. */
function redisOf({ config, isDeskUp, redisSocket }: DoctorOptions): RedisAddress | undefined {
  return redisAddress(config.redis) ?? (isDeskUp ? { socketPath: redisSocket } : undefined);
}

async function lookAtRedis(options: DoctorOptions): Promise<RedisFacts> {
  const given = redisAddress(options.config.redis);
  const { clock } = options;
  if (given !== undefined) return await readRedis({ address: given, isOwn: false, clock });
  if (!options.isDeskUp) return { kind: 'not-started' };
  return await readRedis({ address: { socketPath: options.redisSocket }, isOwn: true, clock });
}

function lookAtDisk({ dataDir, clock }: DoctorOptions): Finding[] {
  try {
    return judgeDisk(measureDisk(dataDir, clock));
  } catch (error) {
    return [fail('disk', `${dataDir}: ${errorText(error)}`, 'give the desk a folder to write to')];
  }
}

async function lookAtKeys(options: DoctorOptions, venue: VenueFacts): Promise<Finding[]> {
  const { config, keySource, readAccount } = options;
  const keys = (problem?: string): Finding =>
    judgeKeys({ mode: config.mode, source: keySource, problem });
  const capital = config.execution.shadow_capital;
  if (config.mode === 'shadow') return [keys(), ...judgeMoney(options, venue, capital)];
  const exchange = addressed(options);
  const canRead = keySource.kind !== 'none' && exchange !== undefined;
  if (!canRead || venue.kind !== 'read') return [keys()];
  try {
    const reading = await readAccount({ exchange, ...venue });
    return [
      keys(),
      ...judgeRights(reading.rights, config.execution.allow_withdraw_keys),
      judgeAccount(reading.account),
      ...judgeMoney(options, venue, reading.freeQuote),
    ];
  } catch (error) {
    // Keys that cannot be opened say so; else it is the venue that does not take them.
    if (error instanceof ConfigError) return [keys(error.message)];
    const away: AccountFacts = { kind: 'away', why: errorText(error) };
    return [keys(), judgeAccount(away)];
  }
}

const CAPITAL_DIGITS = 8;

function judgeMoney(
  { config }: DoctorOptions,
  venue: VenueFacts,
  capital: number | DecimalText,
): Finding[] {
  if (venue.kind !== 'read') return [];
  const amount =
    typeof capital === 'number' ? format(fromNumber(capital, CAPITAL_DIGITS)) : capital;
  return [
    judgeCapital({
      quoteAsset: config.quote_asset,
      capitalQuote: amount,
      instruments: venue.instruments,
      limits: config.risk_limits,
      stopFraction: config.committee.stop.max_fraction,
    }),
  ];
}
