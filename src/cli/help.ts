import { flagHelp } from './start-flags.ts';

export const COMMANDS: Readonly<Record<string, string>> = {
  start: 'start the desk in the foreground (the default command); Ctrl-C stops it',
  stop: 'stop a running desk: no new entries, work finished, everything down within 10 s',
  status: 'agents, pairs, positions, equity and last decisions, refreshing (--json, --once)',
  pause: 'take no new entries; exits and stops go on (--reason TEXT)',
  resume: 'take entries again after pause or kill-switch (--reason TEXT)',
  flatten: 'sell every position at market and pause (--reason TEXT)',
  'kill-switch': 'cancel all orders, flatten, stay down until resume (--reason TEXT)',
  'accept-differences':
    'book what ledger and venue do not agree on as it is at the venue (--reason TEXT)',
  'config check': 'check the configuration and say what is wrong',
  'config show': 'print the effective configuration and where each value comes from',
  doctor: 'look at everything production needs: pass, warn or fail, and what to do (--json)',
  keys: 'exchange keys, encrypted: keys add NAME [--type ed25519] | list | remove NAME',
  'ledger check': 'prove that the ledger adds up (read-only, also while the desk runs)',
  conformance: 'tiny real orders that test a venue (--exchange ID --sandbox --pair A/B --json)',
  promote: 'the checklist for trading real money, and the record of it (--confirm TEXT)',
  'promote status': 'what is missing, without promoting (--json)',
  'promote revoke': 'take the promotion back (--reason TEXT)',
  'audit verify': 'prove that no row of the audit was changed or removed (--head NUMBER:HASH)',
  'audit show': 'orders, halts, operator actions, promotions (--since TIME --kind K --limit N)',
  logs: 'show the log of one agent: logs AGENT [--follow] [--lines N]',
  help: 'this text',
};

export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(14)} ${text}`);
  return [
    'nightdesk: a trading desk that runs itself',
    '',
    'usage: ./start-bot.sh [command] [flags]',
    '',
    ...commands,
    '',
    'flags of start; config, status and the others take --config and --data-dir too:',
    ...flagHelp(),
    '',
    'Every key of config/default.yaml can be set from the environment:',
    '  NIGHTDESK__GATEWAY__PORT=8010 ./start-bot.sh',
    'Exit codes: 0 asked to stop, 1 failed, 2 change something first, 75 busy, try later.',
  ].join('\n');
}
