import { flagHelp } from './start-flags.ts';

interface Entry {
  /** Command, or command and verb. */
  readonly name: string;
  readonly text: string;
  /** Flags of its own. */
  readonly flags?: string;
  /** Takes every flag of `start`: they say which desk is meant. */
  readonly takesStartFlags?: boolean;
}

const GROUPS: readonly (readonly [title: string, entries: readonly Entry[]])[] = [
  [
    'run it',
    [
      {
        name: 'start',
        text: 'start the desk in the foreground (the default command); Ctrl-C stops it',
        takesStartFlags: true,
      },
      { name: 'stop', text: 'no new entries, work finished, everything down within 10 s' },
    ],
  ],
  [
    'look',
    [
      {
        name: 'status',
        text: 'agents, positions, equity and last decisions, refreshing',
        flags: '--once (no refreshing) --json (for scripts)',
      },
      { name: 'logs', text: 'the log of one agent: logs AGENT', flags: '--follow --lines N' },
      {
        name: 'notify status',
        text: 'who is told, what waits, what nobody has acknowledged',
        flags: '--json',
      },
      { name: 'notify test', text: 'a test message through every channel', flags: '--json' },
      {
        name: 'notify mute',
        text: 'only what is critical for a while: notify mute 2h (30m, 1d, off)',
        flags: '--json',
      },
      {
        name: 'notify acknowledge',
        text: 'no more reminders of a message: notify acknowledge ID',
        flags: '--json',
      },
      {
        name: 'pairs',
        text: 'the pairs the desk follows and who chose them, also with the desk down',
        flags: '--json',
      },
      {
        name: 'pairs history',
        text: 'who came and went, when and why',
        flags: '--limit N --json',
      },
      { name: 'pairs test', text: 'the chain as it is configured; asks nobody', flags: '--json' },
      {
        name: 'sentiment',
        text: 'what people write of each coin, and how the sources do; needs a running desk',
        flags: '--json',
      },
      {
        name: 'sentiment COIN',
        text: 'one coin (or MARKET): what each source says of it, and the newest texts',
        flags: '--json',
      },
      {
        name: 'ledger check',
        text: 'prove that the ledger adds up, also while the desk runs',
        flags: '--json',
      },
      {
        name: 'audit show',
        text: 'orders, halts, operator actions, promotions',
        flags: '--since TIME --kind K --limit N --json',
      },
      {
        name: 'audit verify',
        text: 'prove that nothing of it was changed or removed',
        flags: '--head NUMBER:HASH --json',
      },
    ],
  ],
  [
    'by hand (also while the desk is down: done at its next start)',
    [
      {
        name: 'pause',
        text: 'take no new entries; exits and stops go on',
        flags: '--reason TEXT',
      },
      {
        name: 'resume',
        text: 'take entries again after pause, kill-switch or a drawdown',
        flags: '--reason TEXT',
      },
      {
        name: 'close',
        text: 'sell one pair and take its orders back: close BTC/USDT',
        flags: '--reason TEXT',
      },
      {
        name: 'order buy',
        text: 'enter a pair by hand, through every limit; needs a running desk',
        flags: '--stop 0.02 --target 0.06 --risk 0.001 --reason TEXT',
      },
      {
        name: 'order sell',
        text: 'sell a pair, or a share of it: order sell BTC/USDT',
        flags: '--share 0.5 --reason TEXT',
      },
      {
        name: 'flatten',
        text: 'cancel all orders, sell every position, and pause',
        flags: '--reason TEXT',
      },
      {
        name: 'kill-switch',
        text: 'emergency stop: cancel and sell everything, stay down until resume',
        flags: '--reason TEXT',
      },
      {
        name: 'accept-differences',
        text: 'take over what the venue has and the ledger cannot explain',
        flags: '--reason TEXT',
      },
    ],
  ],
  [
    'keep it',
    [
      {
        name: 'backup',
        text: 'verified copy of ledger, history, keys and settings, also while the desk runs',
        flags: '--to DIR --keep N',
      },
      { name: 'backup list', text: 'the backups there are', flags: '--to DIR --json' },
      {
        name: 'restore',
        text: 'put a backup back while no desk runs: restore DIR; what was there is kept aside',
        flags: '--force',
      },
    ],
  ],
  [
    'real money',
    [
      {
        name: 'keys add',
        text: 'exchange keys into the encrypted keystore: keys add NAME',
        flags: '--type hmac|ed25519 --private-key FILE',
      },
      { name: 'keys list', text: 'what is in it, without any secret', flags: '--json' },
      { name: 'keys remove', text: 'take an entry out: keys remove NAME' },
      {
        name: 'doctor',
        text: 'everything production needs: pass, warn or fail, and what to do',
        flags: '--production --exchange ID --json',
      },
      {
        name: 'conformance',
        text: 'tiny real orders that show whether a venue does what the desk relies on',
        flags: '--exchange ID --sandbox --pair A/B --json',
      },
      {
        name: 'promote status',
        text: 'what is missing before this desk may trade real money',
        flags: '--json',
        takesStartFlags: true,
      },
      {
        name: 'promote',
        text: 'the same, then asks you to type what you promote',
        flags: '--confirm TEXT --json',
        takesStartFlags: true,
      },
      {
        name: 'promote revoke',
        text: 'take the promotion back',
        flags: '--reason TEXT',
        takesStartFlags: true,
      },
    ],
  ],
  [
    'who may use the API',
    [
      {
        name: 'tokens add',
        text: 'make a token, shown once: tokens add NAME',
        flags: '--role viewer|trader|admin --days N',
      },
      { name: 'tokens list', text: 'name, role and end of each', flags: '--json' },
      { name: 'tokens revoke', text: 'take one back, at once: tokens revoke NAME' },
    ],
  ],
  [
    'configuration',
    [
      { name: 'config check', text: 'say what is wrong with it', takesStartFlags: true },
      {
        name: 'config show',
        text: 'every value and where it comes from',
        takesStartFlags: true,
      },
      {
        name: 'reload',
        text: 'a running desk reads its configuration again',
        flags: '--dry-run --reason TEXT --json',
      },
      {
        name: 'config set',
        text: 'set one key, also of a running desk: config set KEY VALUE',
        flags: '--dry-run --reason TEXT --json',
      },
      {
        name: 'config history',
        text: 'every version, with who made it and why',
        flags: '--limit N --json',
      },
      { name: 'config diff', text: 'what lies between two versions: config diff 3 [5]' },
      {
        name: 'config rollback',
        text: 'make it what it was in a version: config rollback 3',
        flags: '--dry-run --reason TEXT --json',
      },
      { name: 'help', text: 'this text; help COMMAND for one of them' },
    ],
  ],
];

const NAME_WIDTH = 19;

/** First words of all commands. */
export function commandNames(): string {
  const all = GROUPS.flatMap(([, entries]) => entries.map(({ name }) => firstWord(name)));
  return [...new Set(all)].join(', ');
}

/** Flags of a command and of all its verbs, with those that every command takes. */
export function flagsOf(command: string): readonly string[] {
  const own = GROUPS.flatMap(([, entries]) => entries)
    .filter(({ name }) => firstWord(name) === command)
    .flatMap(({ flags = '' }) => flags.match(/--[a-z-]+/g) ?? []);
  return [...new Set([...own, '--config', '--data-dir', '--help'])];
}

/** Everything there is, or one command with its flags; an unknown one gets everything. */
export function helpText(command?: string): string {
  const found = GROUPS.flatMap(([, entries]) => entries).filter(
    ({ name }) => firstWord(name) === command && name !== 'help',
  );
  return (found.length === 0 ? everything() : about(found)).join('\n');
}

function everything(): readonly string[] {
  return [
    'nightdesk: a trading desk that runs itself',
    '',
    'usage: ./start-bot.sh [command] [flags]; COMMAND --help tells the flags of one',
    '',
    ...GROUPS.flatMap(([title, entries]) => [title, ...entries.map(line), '']),
    'flags of start; --config and --data-dir go with every command:',
    ...flagHelp(),
    '',
    'Every key of config/default.yaml can be set from the environment:',
    '  NIGHTDESK__GATEWAY__PORT=8010 ./start-bot.sh',
    'Exit codes: 0 asked to stop, 1 failed, 2 change something first, 75 busy, try later.',
  ];
}

function about(entries: readonly Entry[]): readonly string[] {
  const lines = entries.flatMap((entry) => [
    line(entry),
    ...(entry.flags === undefined ? [] : [`  ${' '.repeat(NAME_WIDTH)}${entry.flags}`]),
  ]);
  const takesAll = entries.some(({ takesStartFlags }) => takesStartFlags === true);
  const isStart = entries.some(({ name }) => name === 'start');
  const flags = takesAll
    ? [
        isStart ? 'flags:' : 'flags that say which desk is meant, the same as for its start:',
        ...flagHelp(),
      ]
    : ['--config FILE and --data-dir D say which desk is meant'];
  return [...lines, '', ...flags];
}

function line({ name, text }: Entry): string {
  return `  ${name.padEnd(NAME_WIDTH)}${text}`;
}

function firstWord(name: string): string {
  return name.split(' ')[0] ?? name;
}
