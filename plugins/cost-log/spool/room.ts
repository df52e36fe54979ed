// Keeps a spool within its size: what every sink has got goes first, and what happens then is the operator's choice.
import { readFile, unlink } from 'node:fs/promises';
import { allPositions, type Positions } from './cursor.ts';
import { listSegments, type Segment } from './segments.ts';

/** `drop_oldest`, `drop_new`, or `refuse_requests`, which also drops what still comes. */
export type WhenFull = 'drop_oldest' | 'drop_new' | 'refuse_requests';

export interface Room {
  /** There is room for `needed` bytes. */
  ok: boolean;
  /** Records that a sink had not got yet and never will. */
  lost: number;
}

export async function makeRoom(
  folder: string,
  needed: number,
  { maxBytes, whenFull }: { maxBytes: number; whenFull: WhenFull },
): Promise<Room> {
  const segments = await listSegments(folder);
  let excess = segments.reduce((sum, { bytes }) => sum + bytes, 0) + needed - maxBytes;
  if (excess <= 0) return { ok: true, lost: 0 };
  const readers = await allPositions(folder);
  const finished = segments.filter((segment) => segment.finished);
  const had = (segment: Segment): boolean =>
    readers.length > 0 && readers.every((positions) => isRead(segment, positions));
  let lost = 0;
  for (const segment of [...finished].sort((a, b) => Number(had(b)) - Number(had(a)))) {
    if (excess <= 0) break;
    const delivered = had(segment);
    if (!delivered && whenFull !== 'drop_oldest') break;
    if (!delivered) lost += await unread(segment, readers);
    await unlink(segment.path).catch(() => {});
    excess -= segment.bytes;
  }
  // The files that are being written cannot go; they are small beside the whole.
  return { ok: excess <= 0 || whenFull === 'drop_oldest', lost };
}

const isRead = ({ name, bytes }: Segment, positions: Positions): boolean => (positions[name] ?? 0) >= bytes;

/** How many records the slowest reader has not had. */
async function unread({ name, path }: Segment, readers: Positions[]): Promise<number> {
  const from = Math.min(...readers.map((positions) => positions[name] ?? 0), Number.MAX_SAFE_INTEGER);
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  let count = 0;
  const start = readers.length > 0 ? from : 0;
  for (let at = bytes.indexOf(0x0a, start); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
