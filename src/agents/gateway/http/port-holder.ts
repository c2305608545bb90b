import { readFile, readdir, readlink } from 'node:fs/promises';

const LISTENING = '0A';

/** Names the process that listens on a local TCP port, where /proc can tell. */
export async function portHolder(port: number): Promise<string | undefined> {
  const inodes = new Set([
    ...(await listeners('/proc/net/tcp', port)),
    ...(await listeners('/proc/net/tcp6', port)),
  ]);
  if (inodes.size === 0) return undefined;
  for (const pid of await names('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of await names(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process');
      return `${name.trim()} (pid ${pid})`;
    }
  }
  return undefined;
}

/** Socket inodes that listen on `port`; the columns are those of proc(5). */
async function listeners(file: string, port: number): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) === true && columns[3] === LISTENING)
    .flatMap((columns) => (columns[9] === undefined ? [] : [columns[9]]));
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
