// Appends records to the spool. The operating system has a record before `append` returns, so that a killed process takes
// none with it; what has gathered is synced to the disk in one go.
import { mkdirSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame, type Frame } from './frame.ts';
import { makeRoom, type WhenFull } from './room.ts';
import { SegmentFile } from './segment-file.ts';
import { segmentsIn } from './segments.ts';

export interface SpoolSettings {
  /** Of all segments of the folder together. */
  maxBytes: number;
  segmentBytes: number;
  /** How long records gather before they are synced, ms. */
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
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 200;
/** Written in one turn of the event loop: well below a millisecond. */
const RETRY_FRAMES = 64;
/** How often a spool that is full looks for room. */
const RECHECK_MS = 1000;
/** A sync that takes longer is one of a disk that hangs; a write might then block the process. */
const STALLED_MS = 1000;

export class SpoolWriter {
  settings: SpoolSettings;
  private readonly folder: string;
  private readonly events: SpoolEvents;
  private segment: SegmentFile | undefined;
  /** Full or old, and still to be synced and closed. */
  private ended: SegmentFile[] = [];
  /** What the disk has refused, in order. */
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** Frames so far, and how many of them are on disk or were reported as lost. */
  private appended = 0;
  private settled = 0;
  /** Waits for more, then syncs. */
  private round: Promise<void> | undefined;
  private hurry = (): void => {};
  private syncingSince: number | undefined;
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

  /**
   * The record is in its file when this returns, or, while the disk refuses it, in memory. False: it is lost, which has
   * been reported.
   */
  append(frame: Frame): boolean {
    if (this.full) return this.lose('full');
    const bytes = encodeFrame(frame);
    if (this.waiting.length > 0 || this.stalled || !this.write(bytes)) {
      if (this.waitingBytes + bytes.length > MAX_WAITING_BYTES) return this.lose('stalled');
      this.waiting.push(bytes);
      this.waitingBytes += bytes.length;
    }
    this.appended += 1;
    this.round ??= this.nextRound();
    return true;
  }

  /** Resolves when all that was appended before is on disk, or was reported as lost. */
  async flushed(): Promise<void> {
    const wanted = this.appended;
    while (this.settled < wanted) {
      this.hurry();
      await this.round;
    }
  }

  /** For each `rest` one: when nobody is left, no file stays open. */
  use(): void {
    this.users = (this.users ?? 0) + 1;
  }

  /** The last one syncs what there is and ends the segment; a record that comes later begins another. */
  async rest(): Promise<void> {
    if (this.users !== undefined) this.users -= 1;
    if (this.users !== undefined && this.users > 0) return;
    this.resting = true;
    await this.flushed();
    await this.endAll();
    this.resting = false;
  }

  private lose(reason: LossReason): false {
    this.events.lost(1, reason);
    return false;
  }

  private get stalled(): boolean {
    return this.syncingSince !== undefined && performance.now() - this.syncingSince > STALLED_MS;
  }

  private write(frame: Buffer): boolean {
    try {
      if (this.segment && !this.mayGrow(this.segment)) this.endSegment();
      this.segment ??= new SegmentFile(this.folder);
      this.segment.append(frame);
      return true;
    } catch (error) {
      this.events.failed(error as Error);
      // Another file may go.
      this.endSegment();
      return false;
    }
  }

  private mayGrow({ bytes, isYoung }: SegmentFile): boolean {
    return bytes < this.settings.segmentBytes && isYoung;
  }

  private endSegment(): void {
    if (this.segment) this.ended.push(this.segment);
    this.segment = undefined;
  }

  private async nextRound(): Promise<void> {
    if (this.waiting.length === 0) await this.gather();
    await this.settle();
    this.round = this.settled < this.appended ? this.nextRound() : undefined;
  }

  /** Until `flushMs` are over, or somebody wants it to be now. */
  private gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.settings.flushMs);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async settle(): Promise<void> {
    const upTo = this.appended;
    await this.settleEnded();
    // A file that was just begun may need what old ones take.
    if (this.segment?.isNew) await this.check(this.settings.segmentBytes - this.segment.bytes);
    if (this.segment) await this.sync(this.segment);
    if (this.waiting.length > 0) await this.retry();
    else this.settled = upTo;
    if (this.users !== undefined && this.users <= 0) await this.endAll();
  }

  private async endAll(): Promise<void> {
    this.endSegment();
    await this.settleEnded();
  }

  private async settleEnded(): Promise<void> {
    for (let segment = this.ended.shift(); segment; segment = this.ended.shift()) {
      await this.sync(segment);
      await segment.end().catch((error: Error) => this.events.failed(error));
    }
  }

  private async sync(segment: SegmentFile): Promise<void> {
    this.syncingSince = performance.now();
    try {
      await segment.sync();
    } catch (error) {
      this.events.failed(error as Error);
      const frames = segment.takeBack();
      this.waiting = [...frames, ...this.waiting];
      this.waitingBytes += sizeOf(frames);
      if (segment === this.segment) this.endSegment();
    }
    this.syncingSince = undefined;
  }

  /** Writes what waits, unless the disk refuses it again. */
  private async retry(): Promise<void> {
    if (!this.resting) await sleep(RETRY_MS);
    while (this.waiting.length > 0) {
      const some = this.waiting.slice(0, RETRY_FRAMES);
      const refused = some.findIndex((frame) => !this.write(frame));
      const written = this.waiting.splice(0, refused < 0 ? some.length : refused);
      this.waitingBytes -= sizeOf(written);
      if (refused >= 0) break;
      await nextTurn();
    }
    if (!this.resting || this.waiting.length === 0) return;
    this.events.lost(this.waiting.length, 'stalled');
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private async check(needed = this.settings.segmentBytes): Promise<void> {
    this.checkedAt = Date.now();
    try {
      const { ok, lost } = await makeRoom(this.folder, needed, this.settings);
      if (lost > 0) this.events.lost(lost, 'full');
      this.isFull = !ok;
    } catch (error) {
      this.events.failed(error as Error);
    }
  }
}

const sizeOf = (frames: readonly Buffer[]): number => frames.reduce((sum, { length }) => sum + length, 0);
