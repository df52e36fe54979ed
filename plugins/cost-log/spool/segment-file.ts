// The file that a writer appends to. The operating system has what was written at once; the disk has it after `sync`.
import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createdAt, newSegmentName, SEGMENT_MAX_AGE_MS, segmentsIn } from './segments.ts';

const datasync = promisify(fdatasync);

export class SegmentFile {
  bytes = 0;
  private readonly folder: string;
  private readonly name = newSegmentName(Date.now());
  private readonly fd: number;
  /** Written, and perhaps not on the disk yet. */
  private unsynced: Buffer[] = [];
  /** Its name may not be on the disk yet. */
  isNew = true;

  /** @throws Error of the file system */
  constructor(folder: string) {
    this.folder = segmentsIn(folder);
    this.fd = openSync(this.path('open'), 'ax', 0o600);
  }

  get isYoung(): boolean {
    return Date.now() - createdAt(this.name) < SEGMENT_MAX_AGE_MS;
  }

  /**
   * Does not wait for the disk: some 4 µs. On failure nothing of the frame stays. If the disk does not even let a part of
   * it be cut off, it has the same id when it is written again: readers see what comes twice.
   *
   * @throws Error of the file system
   */
  append(frame: Buffer): void {
    try {
      for (let at = 0; at < frame.length; ) at += writeSync(this.fd, frame, at);
    } catch (error) {
      this.cutBack();
      throw error;
    }
    this.bytes += frame.length;
    this.unsynced.push(frame);
  }

  /** @throws Error of the file system; then what may be lost is given by `takeBack`. */
  async sync(): Promise<void> {
    if (this.isNew) await syncFolder(this.folder);
    this.isNew = false;
    const count = this.unsynced.length;
    if (count === 0) return;
    await datasync(this.fd);
    this.unsynced.splice(0, count);
  }

  /** The frames that the disk has not confirmed; they are no longer in the file. */
  takeBack(): Buffer[] {
    const frames = this.unsynced;
    this.unsynced = [];
    this.bytes -= frames.reduce((sum, { length }) => sum + length, 0);
    this.cutBack();
    return frames;
  }

  /** Nothing will be added. A file that the disk took nothing of goes. @throws Error of the file system */
  async end(): Promise<void> {
    closeSync(this.fd);
    if (this.bytes === 0) await unlink(this.path('open'));
    else await rename(this.path('open'), this.path('log'));
  }

  private cutBack(): void {
    try {
      ftruncateSync(this.fd, this.bytes);
    } catch {
      // See `append`.
    }
  }

  private path(ending: 'open' | 'log'): string {
    return join(this.folder, `${this.name}.${ending}`);
  }
}

/** So that the new file's name, too, survives a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
