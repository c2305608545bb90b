import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** The receiving end of sd_notify, as systemd has it. */
export interface NotifySocket extends AsyncDisposable {
  /** What was received, one text a message. */
  readonly messages: readonly string[];
}

// Node has no Unix datagram sockets. Perl is part of every Debian.
const RECEIVER = `
use Socket; $| = 1;
my $path = $ARGV[0]; $path =~ s/^@/\\0/;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; bind($s, pack_sockaddr_un($path)) or die "bind: $!";
print "listening\\n";
while (defined recv($s, my $text, 65536, 0)) { $text =~ s/\\n/;/g; print "$text\\n"; }
`;

/** False where a test of sd_notify cannot run. */
export function canNotify(): boolean {
  const has = (program: string, args: readonly string[]): boolean =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  return has('perl', ['-MSocket', '-e', '1']) && has('systemd-notify', ['--version']);
}

/** `@name` is an abstract one. */
export async function notifySocket(address: string): Promise<NotifySocket> {
  const child = spawn('perl', ['-e', RECEIVER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  const messages: string[] = [];
  const listening = Promise.withResolvers<void>();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    messages.push(...lines.filter((line) => line !== 'listening'));
    if (lines.includes('listening')) listening.resolve();
  });
  child.once('exit', () => listening.reject(new Error('the receiver has ended')));
  await listening.promise;
  return {
    messages,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
