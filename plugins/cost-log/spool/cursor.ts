// How far a reader has come, per file of the spool; kept in a small file of its own.
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of each segment that need not be read again, by the segment's name. */
export type Positions = Readonly<Record<string, number>>;

/** A sink that nobody has asked for in so long is no longer configured: records do not wait for it. */
const FORGOTTEN_MS = 7 * 24 * 3600_000;

export const cursorsIn = (folder: string): string => join(folder, 'cursors');

const fileOf = (folder: string, reader: string): string => join(cursorsIn(folder), `${reader}.json`);

export async function readPositions(folder: string, reader: string): Promise<Positions> {
  try {
    return JSON.parse(await readFile(fileOf(folder, reader), 'utf8')) as Positions;
  } catch {
    // Lost or never written: everything that is still there is read again, and has the ids that it had.
    return {};
  }
}

/** The file is whole at every moment, also when the process dies here. */
export async function writePositions(folder: string, reader: string, positions: Positions): Promise<void> {
  await mkdir(cursorsIn(folder), { recursive: true, mode: 0o700 });
  const path = fileOf(folder, reader);
  await writeFile(`${path}.new`, JSON.stringify(positions), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Of every reader that may still want something. */
export async function allPositions(folder: string, now = Date.now()): Promise<Positions[]> {
  const files = await readdir(cursorsIn(folder)).catch(() => []);
  const readers = files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  const current = await Promise.all(
    readers.map(async (reader) => {
      const seen = await stat(fileOf(folder, reader)).catch(() => undefined);
      if (!seen || now - seen.mtimeMs > FORGOTTEN_MS) return;
      return readPositions(folder, reader);
    }),
  );
  return current.filter((positions) => positions !== undefined);
}
