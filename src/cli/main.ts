#!/usr/bin/env node
/**
 * The command line of nightdesk. Each command returns its exit code; an error a person can mend is
 * printed as one clear message, anything else with its stack, because that is a bug of ours.
 */
import { DeskError } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { nearest } from '#platform/config/nearest.ts';
import { commandNames, helpText } from './help.ts';
import { UsageError } from './usage-error.ts';
import { usageText } from './usage-text.ts';

type Command = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<number> | number;

// Loaded when asked for: `status` need not pay for what `start` loads.
const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-command.ts')).startCommand,
  stop: async () => (await import('./operator-command.ts')).stopCommand,
  status: async () => (await import('./status/status-command.ts')).statusCommand,
  pause: async () => (await import('./operator-command.ts')).operatorCommand('pause'),
  resume: async () => (await import('./operator-command.ts')).operatorCommand('resume'),
  flatten: async () => (await import('./operator-command.ts')).operatorCommand('flatten'),
  'kill-switch': async () => (await import('./operator-command.ts')).operatorCommand('kill-switch'),
  close: async () => (await import('./order-command.ts')).closeCommand,
  order: async () => (await import('./order-command.ts')).orderCommand,
  'accept-differences': async () =>
    (await import('./operator-command.ts')).operatorCommand('accept-differences'),
  reload: async () => (await import('./reload/reload-command.ts')).reloadCommand,
  config: async () => (await import('./config-command.ts')).configCommand,
  pairs: async () => (await import('./pairs-command.ts')).pairsCommand,
  sentiment: async () => (await import('./sentiment/sentiment-command.ts')).sentimentCommand,
  ledger: async () => (await import('./ledger-command.ts')).ledgerCommand,
  conformance: async () => (await import('./conformance-command.ts')).conformanceCommand,
  promote: async () => (await import('./promote-command.ts')).promoteCommand,
  audit: async () => (await import('./audit-command.ts')).auditCommand,
  backup: async () => (await import('./backup-command.ts')).backupCommand,
  restore: async () => (await import('./backup-command.ts')).restoreCommand,
  doctor: async () => (await import('./doctor/doctor-command.ts')).doctorCommand,
  keys: async () => (await import('./keys/keys-command.ts')).keysCommand,
  tokens: async () => (await import('./tokens/tokens-command.ts')).tokensCommand,
  notify: async () => (await import('./notify-command.ts')).notifyCommand,
  logs: async () => (await import('./logs-command.ts')).logsCommand,
};

const ARGS = process.argv.slice(2);

async function main(): Promise<number> {
  const [first, ...rest] = ARGS;
  if (first === 'help' || ARGS.some((word) => word === '--help' || word === '-h')) {
    const about = first === 'help' ? rest[0] : first;
    const isWord = about !== undefined && about !== 'help' && !about.startsWith('-');
    if (isWord) loaderOf(about);
    console.log(helpText(isWord ? about : undefined));
    return EXIT.asked;
  }
  const isCommand = first !== undefined && !first.startsWith('-');
  const command = await loaderOf(isCommand ? first : 'start')();
  return await command(isCommand ? rest : ARGS, process.env);
}

function loaderOf(name: string): () => Promise<Command> {
  const load = LOADERS[name];
  if (load !== undefined) return load;
  const meant = nearest(name, Object.keys(LOADERS));
  const hint = meant === undefined ? `commands: ${commandNames()}` : `did you mean "${meant}"?`;
  throw new UsageError(`unknown command "${name}"; ${hint}`);
}

/** Where a person reads on: the flags of the command, if it is one. */
function readOn(): string {
  const [name = ''] = ARGS;
  const isKnown = Object.hasOwn(LOADERS, name) && name !== 'start';
  return isKnown
    ? `./start-bot.sh ${name} --help tells its flags`
    : './start-bot.sh help lists what there is';
}

function exitCodeOf(error: unknown): number {
  if (usageText(error, ARGS[0]) !== undefined) return EXIT.config;
  if (error instanceof ExitError) return error.exitCode;
  if (!(error instanceof DeskError)) return EXIT.failed;
  return error.code === 'invariant' ? EXIT.invariant : EXIT.config;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = usageText(error, ARGS[0]);
  if (usage !== undefined) {
    console.error(`nightdesk: ${usage}\n           ${readOn()}`);
  } else if (error instanceof DeskError && error.code !== 'invariant') {
    console.error(`nightdesk: ${error.message}`);
  } else {
    console.error(error);
  }
  process.exitCode = exitCodeOf(error);
}
