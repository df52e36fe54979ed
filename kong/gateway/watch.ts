// Notices that a file changed, by looking at it: renames by editors, mounted volumes and symlinks that are swapped
// all look alike then, and a half-written file is simply read again after its last change.
import { statSync } from 'node:fs';

const LOOK_EVERY_MS = 300;

/** Compares with what the file is now, so call it before the file is first read. */
export function watchFile(file: string, onChange: () => void): { stop(): void } {
  let last = identify(file);
  const timer = setInterval(() => {
    const now = identify(file);
    if (now === undefined || now === last) return;
    last = now;
    onChange();
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Nothing while there is no such file, as in the middle of a replacement. */
function identify(file: string): string | undefined {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats && `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
  } catch {
    return undefined;
  }
}
