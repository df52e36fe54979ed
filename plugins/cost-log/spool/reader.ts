// Reads the spool for one sink, from where it stopped. Each segment has a position of its own: several processes write.
import { open } from 'node:fs/promises';
import { type Positions, readPositions, writePositions } from './cursor.ts';
import { decodeFrame } from './frame.ts';
import { listSegments, type Segment } from './segments.ts';

export interface Batch {
  /** Records as JSON, in the order of their files. */
  records: string[];
  /** Where to go on after this batch. */
  positions: Positions;
  /** Lines that were not what had been written. */
  damaged: number;
  /** The batch has moved the positions, with or without records. */
  moved: boolean;
}

export interface BatchLimits {
  maxRecords: number;
  /** Of JSON. A single record may be larger. */
  maxBytes: number;
}

export interface ReaderOptions {
  /** The sink's id; undefined reads what is for any sink, and for none. */
  sink?: string;
  /** Where the position is kept: a file in the folder, unless `load` and `save` are given. */
  load?(): Promise<Positions>;
  save?(positions: Positions): Promise<void>;
  /** Segments begun before are not read, ms. */
  since?: number;
}

const CHUNK_BYTES = 256 * 1024;

export class SpoolReader {
  private readonly folder: string;
  private readonly options: ReaderOptions;
  private positions: Positions | undefined;

  constructor(folder: string, options: ReaderOptions) {
    this.folder = folder;
    this.options = options;
  }

  /** What comes after the last committed batch; the same again until it is committed. */
  async read(limits: BatchLimits): Promise<Batch> {
    this.positions ??= await this.load();
    const segments = await listSegments(this.folder);
    const known = new Set(segments.map(({ name }) => name));
    // Positions of deleted segments are of no use to anybody.
    const positions = Object.fromEntries(Object.entries(this.positions).filter(([name]) => known.has(name)));
    const batch = { records: [] as string[], positions, damaged: 0, moved: false };
    const filling = new Filling(batch, limits, this.options.sink);
    for (const segment of segments) {
      if (segment.name < String(this.options.since ?? 0).padStart(13, '0')) continue;
      await filling.from(segment);
      if (filling.isFull) break;
    }
    return batch;
  }

  async commit({ positions }: Batch): Promise<void> {
    this.positions = positions;
    if (this.options.save) return this.options.save(positions);
    if (this.options.sink) await writePositions(this.folder, this.options.sink, positions);
  }

  /** Bytes of the spool that have not been read; another sink's are among them. */
  async backlog(): Promise<number> {
    const positions = this.positions ?? {};
    const segments = await listSegments(this.folder);
    return segments.reduce((sum, { name, bytes }) => sum + Math.max(0, bytes - (positions[name] ?? 0)), 0);
  }

  private async load(): Promise<Positions> {
    if (this.options.load) return this.options.load();
    return this.options.sink ? readPositions(this.folder, this.options.sink) : {};
  }
}

class Filling {
  isFull = false;
  private readonly batch: Batch & { positions: Record<string, number> };
  private readonly limits: BatchLimits;
  private readonly sink: string | undefined;
  private bytes = 0;

  constructor(batch: Batch, limits: BatchLimits, sink: string | undefined) {
    this.batch = batch;
    this.limits = limits;
    this.sink = sink;
  }

  async from(segment: Segment): Promise<void> {
    const start = this.batch.positions[segment.name] ?? 0;
    if (start >= segment.bytes) return;
    const file = await open(segment.path, 'r').catch(() => undefined);
    // Deleted, or renamed a moment ago: the next listing has it right.
    if (!file) return;
    try {
      let at = start;
      let size = CHUNK_BYTES;
      while (!this.isFull && at < segment.bytes) {
        const chunk = Buffer.alloc(Math.min(size, segment.bytes - at));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
        const used = this.take(chunk.subarray(0, bytesRead));
        at += used;
        if (used > 0) size = CHUNK_BYTES;
        else if (at + chunk.length >= segment.bytes) {
          at = this.tornEnd(segment, at);
          break;
        } else size *= 2;
      }
      this.advance(segment.name, at);
    } finally {
      await file.close();
    }
  }

  /** How many bytes were whole lines. */
  private take(chunk: Buffer): number {
    let at = 0;
    while (!this.isFull) {
      const decoded = decodeFrame(chunk, at);
      if (decoded.kind === 'torn') break;
      if (decoded.kind === 'damaged') this.batch.damaged += 1;
      else if (this.sink === undefined || decoded.frame.sinks.includes(this.sink))
        this.add(decoded.frame.json);
      at = decoded.next;
    }
    return at;
  }

  private add(json: string): void {
    this.batch.records.push(json);
    this.bytes += json.length;
    this.isFull = this.batch.records.length >= this.limits.maxRecords || this.bytes >= this.limits.maxBytes;
  }

  /** A line without an end is still being written, or its writer died in it; then it was never acknowledged. */
  private tornEnd(segment: Segment, at: number): number {
    if (!segment.finished) return at;
    this.batch.damaged += 1;
    return segment.bytes;
  }

  private advance(name: string, at: number): void {
    if (at === (this.batch.positions[name] ?? 0)) return;
    this.batch.positions[name] = at;
    this.batch.moved = true;
  }
}
