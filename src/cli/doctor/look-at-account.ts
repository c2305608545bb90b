import { withPracticeKeys } from '#coordinator/practice-keys.ts';
import { openAccount } from '#doctor/open-account.ts';
import { readAccount } from '#doctor/read-account.ts';
import type { AccountReading } from '#doctor/read-account.ts';
import type { VenueAt } from '#doctor/run-doctor.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { runFolder } from '#platform/lifecycle/short-path.ts';
import { deskRedis } from '../desk-redis.ts';
import type { LoadedDesk } from '../desk.ts';
import { keystoreAccess } from '../keys/keystore-access.ts';

/** Opens the keys in this process, for as long as it takes to look; the desk need not run. */
export async function lookAtAccount(desk: LoadedDesk, at: VenueAt): Promise<AccountReading> {
  const { config, dataDir } = desk;
  const { instruments, offsetMs } = at;
  const filled = withPracticeKeys({ ...config, exchange: at.exchange }, runFolder(dataDir));
  const venue = await openAccount({
    exchange: filled['exchange'],
    access: await keystoreAccess(desk),
    pairs: instruments.map(({ pair }) => pair),
    redis: deskRedis(desk),
    clock: systemClock(),
    offsetMs,
  });
  try {
    const { desk_id: deskId, quote_asset: quoteAsset } = config;
    return await readAccount(venue, { deskId, quoteAsset, instruments });
  } finally {
    await venue.close();
  }
}
