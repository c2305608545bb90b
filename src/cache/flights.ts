import { TransientError } from '#platform/errors.ts';

/** Work on one entry that all who want it at the same time wait for together. */
export interface Flight {
  /** Somebody wrote or invalidated the entry meanwhile: what is in hand is not kept. */
  isOutdated: boolean;
}

export interface Flights {
  /** Starts the work of this name, or joins it when it is under way. */
  join<T>(
    work: { readonly name: string; readonly id: string },
    run: (flight: Flight) => Promise<T>,
  ): { readonly promise: Promise<T>; readonly isJoined: boolean };
  outdate(isMeant: (id: string) => boolean): void;
}

const FLIGHTS_MAX = 512;

export function createFlights(): Flights {
  const flights = new Map<string, { flight: Flight; id: string; promise: Promise<unknown> }>();

  return {
    join: <T>(
      { name, id }: { readonly name: string; readonly id: string },
      run: (flight: Flight) => Promise<T>,
    ) => {
      const known = flights.get(name);
      // A name stands for one kind of work on one entry, so the type is the same.
      if (known !== undefined) return { promise: known.promise as Promise<T>, isJoined: true };
      if (flights.size >= FLIGHTS_MAX) {
        throw new TransientError('cache-busy', 'too many entries are being loaded', {
          details: { flightsMax: FLIGHTS_MAX },
        });
      }
      const flight: Flight = { isOutdated: false };
      const promise = run(flight).finally(() => flights.delete(name));
      flights.set(name, { flight, id, promise });
      return { promise, isJoined: false };
    },
    outdate: (isMeant) => {
      for (const { flight, id } of flights.values()) if (isMeant(id)) flight.isOutdated = true;
    },
  };
}
