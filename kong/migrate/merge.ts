// Two plugins of Kong's may become one of ours in the same place: their configs are joined.
import { isRecord, type Json } from './reader.ts';

/** Lists are joined, records merged; what the two say differently is `b`'s, and named. */
export function joinConfigs(a: Json, b: Json, path = ''): { config: Json; conflicts: string[] } {
  const config: Json = { ...a };
  const conflicts: string[] = [];
  for (const [key, value] of Object.entries(b)) {
    const before = config[key];
    if (Array.isArray(before) && Array.isArray(value)) config[key] = union(before, value);
    else if (isRecord(before) && isRecord(value)) {
      const inner = joinConfigs(before, value, `${path}${key}.`);
      config[key] = inner.config;
      conflicts.push(...inner.conflicts);
    } else {
      if (before !== undefined && before !== value) conflicts.push(path + key);
      config[key] = value;
    }
  }
  return { config, conflicts };
}

/** Each plain value once. */
function union(a: unknown[], b: unknown[]): unknown[] {
  return [...a, ...b.filter((item) => typeof item === 'object' || !a.includes(item))];
}
