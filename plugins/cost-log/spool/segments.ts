// The files of a spool folder: `<created>-<random>.open` while its writer may still write, `.log` afterwards.
import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A writer begins no write in a file that is older. */
export const SEGMENT_MAX_AGE_MS = 10 * 60_000;
/** So old, a file's writer is done with it, whatever became of the writer. */
const ABANDONED_AGE_MS = 2 * SEGMENT_MAX_AGE_MS;

export interface Segment {
  /** The file's name without its ending: it outlives the rename. */
  name: string;
  path: string;
  bytes: number;
  /** Nothing will be added to it. */
  finished: boolean;
}

const SEGMENT = /^(\d{13}-[0-9a-f]{12})\.(open|log)$/;

export const segmentsIn = (folder: string): string => join(folder, 'segments');

let latest = 0;
/** A clock that is further behind what it once said was set back. */
const MAX_AHEAD_MS = 1000;

/** Of this process's segments, no two are of the same millisecond: their names tell in which order they were begun. */
export function newSegmentName(now: number): string {
  latest = latest >= now && latest - now < MAX_AHEAD_MS ? latest + 1 : now;
  return `${String(latest).padStart(13, '0')}-${randomBytes(6).toString('hex')}`;
}

/** When the segment was begun, ms. */
export const createdAt = (name: string): number => Number(name.slice(0, 13));

/** Oldest first. A folder that does not exist has none. */
export async function listSegments(folder: string, now = Date.now()): Promise<Segment[]> {
  const files = await readdir(segmentsIn(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(files.map((file) => segmentOf(folder, file, now)));
  return found.filter((segment) => segment !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function segmentOf(folder: string, file: string, now: number): Promise<Segment | undefined> {
  const [, name, ending] = SEGMENT.exec(file) ?? [];
  if (name === undefined) return;
  const path = join(segmentsIn(folder), file);
  // Deleted or renamed since it was listed: the next listing has it right.
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
  if (bytes === undefined) return;
  return { name, path, bytes, finished: ending === 'log' || now - createdAt(name) > ABANDONED_AGE_MS };
}
