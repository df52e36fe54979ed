// Notices that a file changed, by looking at it: renames by editors, mounted volumes and symlinks that are swapped
// all look alike then, and a half-written file is simply read again after its last change.
import { watchFile as nodeWatchFile, type StatsListener, unwatchFile } from 'node:fs';

const LOOK_EVERY_MS = 300;

export function watchFile(file: string, onChange: () => void): { stop(): void } {
  const listener: StatsListener = (now, before) => {
    const changed = now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino;
    if (changed && now.nlink > 0) onChange();
  };
  nodeWatchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, listener);
  return { stop: () => unwatchFile(file, listener) };
}
