// Records in a file, one per line, rotated by size. The file is opened for each batch, so that others may rotate it too.
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sink } from './sink.ts';

export interface FileSinkOptions {
  path: string;
  maxBytes: number;
  /** Rotated files that are kept, besides the current one. */
  maxFiles: number;
}

export function fileSink({ path, maxBytes, maxFiles }: FileSinkOptions): Sink {
  return {
    maxRecords: 1000,
    async deliver(records) {
      const bytes = Buffer.from(`${records.join('\n')}\n`);
      await mkdir(dirname(path), { recursive: true });
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > 0 && size + bytes.length > maxBytes) await rotate(path, maxFiles);
      const file = await open(path, 'a', 0o640);
      try {
        await file.appendFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
  };
}

/** The oldest goes by being overwritten. */
async function rotate(path: string, maxFiles: number): Promise<void> {
  for (let index = maxFiles - 1; index >= 1; index -= 1) {
    await rename(`${path}.${index}`, `${path}.${index + 1}`).catch(() => {});
  }
  await rename(path, `${path}.1`);
}
