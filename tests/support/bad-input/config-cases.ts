import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BadCase } from './bad-case.ts';
import type { Outcome, Place } from './place.ts';

async function withFile(place: Place, yaml: string): Promise<Outcome> {
  const file = join(place.folder, 'own.yaml');
  writeFileSync(file, yaml);
  return await place.start({ args: ['--config', file] });
}

/** Config, flags and environment. */
export const CONFIG_CASES: readonly BadCase[] = [
  {
    name: 'a key with a typo',
    code: 2,
    says: [/own\.yaml:2:3/, /gateway\.prot/, /did you mean "port"/],
    start: (place) => withFile(place, 'gateway:\n  prot: 8001\n'),
  },
  {
    name: 'a value out of range',
    code: 2,
    says: [/own\.yaml:2:3/, /committee\.min_confidence/, /7/],
    start: (place) => withFile(place, 'committee:\n  min_confidence: 7\n'),
  },
  {
    name: 'three mistakes at once',
    code: 2,
    says: [
      /3 problems/,
      /timeframe/,
      /gateway\.max_connections/,
      /comittee.*did you mean "committee"/,
    ],
    start: (place) =>
      withFile(place, 'timeframe: 7m\ngateway: {max_connections: many}\ncomittee: {}\n'),
  },
  {
    name: 'a rule that can never hold',
    code: 2,
    says: [/committee\.stop\.max_fraction/, /wider than the halt/],
    start: (place) =>
      withFile(
        place,
        'committee: {stop: {max_fraction: 0.09}}\nrisk_limits: {drawdown_halt: 0.05}\n',
      ),
  },
  {
    name: 'a file that is not YAML',
    code: 2,
    says: [/own\.yaml:\d+:\d+/],
    start: (place) => withFile(place, 'gateway: {port: [8000\nmode: shadow\n'),
  },
  {
    name: 'a config file that is not there',
    code: 2,
    says: [/nowhere\.yaml/],
    start: (place) => place.start({ args: ['--config', join(place.folder, 'nowhere.yaml')] }),
  },
  {
    name: 'an environment variable with a typo',
    code: 2,
    says: [/NIGHTDESK__GATEWAY__PROT/, /did you mean/],
    start: (place) => place.start({ env: { NIGHTDESK__GATEWAY__PROT: '8001' } }),
  },
  {
    name: 'a flag with a typo',
    code: 2,
    says: [/unknown flag --timefram; did you mean --timeframe/],
    start: (place) => place.start({ args: ['--timefram', '1s'] }),
  },
  {
    name: 'production without a promotion',
    code: 2,
    says: [/never promoted/, /--override/],
    start: (place) => place.start({ args: ['--production'] }),
  },
  {
    name: 'production on an exchange without keys',
    code: 2,
    says: [/exchange\.api_key: production needs the keys/, /keys add NAME/],
    start: (place) =>
      place.start({ args: ['--production', '--override', 'test', '--exchange', 'binance'] }),
  },
];
