// Appends records to the spool. A request only adds to memory; what has gathered is written and synced in one go.
import { mkdirSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame, type Frame } from './frame.ts';
import { makeRoom, type WhenFull } from './room.ts';
import { createdAt, newSegmentName, SEGMENT_MAX_AGE_MS, segmentsIn } from './segments.ts';

export interface SpoolSettings {
  /** Of all segments of the folder together. */
  maxBytes: number;
  segmentBytes: number;
  /** How long records gather before they are written, ms. */
  flushMs: number;
  whenFull: WhenFull;
}

/** `full`: the spool has reached its size. `stalled`: the disk takes nothing, and memory is bounded too. */
export type LossReason = 'full' | 'stalled';

export interface SpoolEvents {
  lost(records: number, reason: LossReason): void;
  /** The disk refused a write, which is tried again. */
  failed(error: Error): void;
}

/** Records in memory while the disk takes none. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 1000;
/** How often a spool that is full looks for room. */
const RECHECK_MS = 1000;

interface Batch {
  frames: Buffer[];
  bytes: number;
  done: Promise<void>;
  resolve: () => void;
}

interface OpenSegment {
  name: string;
  file: FileHandle;
  bytes: number;
}

export class SpoolWriter {
  settings: SpoolSettings;
  private readonly folder: string;
  private readonly events: SpoolEvents;
  private pending = newBatch();
  private underWay: Promise<void> | undefined;
  private segment: OpenSegment | undefined;
  private isFull = false;
  private checkedAt = 0;
  /** The process may be about to end: a disk that takes nothing is not waited for. */
  private resting = false;
  /** Stages that write here; undefined: nobody counts them. */
  private users: number | undefined;

  /** @throws Error when the folder cannot be made */
  constructor(folder: string, settings: SpoolSettings, events: SpoolEvents) {
    mkdirSync(segmentsIn(folder), { recursive: true, mode: 0o700 });
    this.folder = folder;
    this.settings = settings;
    this.events = events;
  }

  /** There is no room, and `when_full` is not `drop_oldest`. */
  get full(): boolean {
    if (this.isFull && Date.now() - this.checkedAt > RECHECK_MS) void this.check();
    return this.isFull;
  }

  /** Returns at once. False: the record is lost, which has been reported. */
  append(frame: Frame): boolean {
    if (this.full) return this.lose('full');
    const bytes = encodeFrame(frame);
    if (this.pending.bytes + bytes.length > MAX_PENDING_BYTES) return this.lose('stalled');
    this.pending.frames.push(bytes);
    this.pending.bytes += bytes.length;
    this.underWay ??= this.drain(this.settings.flushMs);
    return true;
  }

  /** Resolves when all that was appended before is on disk, or was reported as lost. */
  async flushed(): Promise<void> {
    if (this.pending.frames.length > 0) {
      this.underWay ??= this.drain(0);
      await this.pending.done;
    } else await this.underWay;
  }

  /** For each `rest` one: when nobody is left, no file stays open. */
  use(): void {
    this.users = (this.users ?? 0) + 1;
  }

  /** Writes what there is and ends the segment; a record that comes later begins another. */
  async rest(): Promise<void> {
    if (this.users !== undefined) this.users -= 1;
    this.resting = true;
    await this.flushed();
    await this.underWay;
    await this.endSegment();
    this.resting = false;
  }

  private lose(reason: LossReason): false {
    this.events.lost(1, reason);
    return false;
  }

  private async drain(waitMs: number): Promise<void> {
    if (waitMs > 0) await sleep(waitMs);
    while (this.pending.frames.length > 0) {
      const batch = this.pending;
      this.pending = newBatch();
      await this.store(batch);
      if (this.users !== undefined && this.users <= 0) await this.endSegment();
      batch.resolve();
    }
    this.underWay = undefined;
  }

  /** Repeats until the disk has it, or there is no room for it. */
  private async store(batch: Batch): Promise<void> {
    for (;;) {
      try {
        if (!(await this.ready(batch.bytes))) return this.events.lost(batch.frames.length, 'full');
        await this.write(Buffer.concat(batch.frames, batch.bytes));
        return;
      } catch (error) {
        this.events.failed(error as Error);
        await this.cutBack();
        await this.endSegment();
        if (this.resting) return this.events.lost(batch.frames.length, 'stalled');
        await sleep(RETRY_MS);
      }
    }
  }

  /**
   * A part may have been written; all of it goes to a new file. If the disk does not even let it be cut off, the ids are
   * the same: readers see what comes twice.
   */
  private async cutBack(): Promise<void> {
    await this.segment?.file.truncate(this.segment.bytes).catch(() => {});
  }

  private async write(bytes: Buffer): Promise<void> {
    const { file } = this.segment!;
    let written = 0;
    while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
    await file.datasync();
    this.segment!.bytes += bytes.length;
  }

  /** Opens a segment unless there is one that may take more. False when there is no room for one. */
  private async ready(bytes: number): Promise<boolean> {
    if (this.segment && this.mayGrow(this.segment)) return true;
    await this.endSegment();
    if (!(await this.check(Math.max(bytes, this.settings.segmentBytes)))) return false;
    const name = newSegmentName(Date.now());
    const file = await open(join(segmentsIn(this.folder), `${name}.open`), 'ax', 0o600);
    this.segment = { name, file, bytes: 0 };
    await syncFolder(segmentsIn(this.folder));
    return true;
  }

  private mayGrow({ name, bytes }: OpenSegment): boolean {
    return bytes < this.settings.segmentBytes && Date.now() - createdAt(name) < SEGMENT_MAX_AGE_MS;
  }

  private async check(needed = this.settings.segmentBytes): Promise<boolean> {
    this.checkedAt = Date.now();
    const { ok, lost } = await makeRoom(this.folder, needed, this.settings);
    if (lost > 0) this.events.lost(lost, 'full');
    this.isFull = !ok;
    return ok;
  }

  private async endSegment(): Promise<void> {
    const segment = this.segment;
    this.segment = undefined;
    if (!segment) return;
    const path = join(segmentsIn(this.folder), segment.name);
    try {
      await segment.file.close();
      await rename(`${path}.open`, `${path}.log`);
    } catch (error) {
      this.events.failed(error as Error);
    }
  }
}

function newBatch(): Batch {
  const { promise, resolve } = withResolvers();
  return { frames: [], bytes: 0, done: promise, resolve };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
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
