import { copyFileSync, existsSync, rmSync, statSync, truncateSync } from 'node:fs';
import type { Random } from '#platform/random.ts';

/** A page of 4 KiB with its header, as the write-ahead log stores them. */
const FRAME_BYTES = 4_096 + 24;
const FRAMES_LOST_MAX = 40;

/**
 * A power cut: with `synchronous=NORMAL` the last commits are in the log but not yet on the disk.
 * Copies database and log as they are at that instant, cuts the log's tail, and puts them back
 * before the next start. SQLite then ends at the last commit that is whole.
 */
export class LostCommits {
  readonly #path: string;
  readonly #random: Random;
  #isPending = false;

  constructor(path: string, random: Random) {
    this.#path = path;
    this.#random = random;
  }

  /** Called before the dying process lets go of the file. */
  powerCut(): void {
    const log = `${this.#path}-wal`;
    if (!existsSync(log)) return;
    copyFileSync(this.#path, `${this.#path}.kept`);
    copyFileSync(log, `${this.#path}.kept-wal`);
    const lost = this.#random.int(FRAMES_LOST_MAX * FRAME_BYTES);
    const { size } = statSync(log);
    truncateSync(`${this.#path}.kept-wal`, Math.max(0, size - lost));
    this.#isPending = true;
  }

  apply(): void {
    if (!this.#isPending) return;
    this.#isPending = false;
    rmSync(`${this.#path}-shm`, { force: true });
    copyFileSync(`${this.#path}.kept`, this.#path);
    copyFileSync(`${this.#path}.kept-wal`, `${this.#path}-wal`);
  }
}
