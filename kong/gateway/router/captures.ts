// What the groups of a route's regular expression matched: kong.request.get_uri_captures.
import type { RE2JS } from 're2js';
import { fromWire, toWire } from '../headers.ts';
import { compileRegex } from '../regex.ts';

export interface Captures {
  unnamed: string[];
  named: { key: string; value: string }[];
}

const compiled = new Map<string, RE2JS>();

/** Of the first of the route's regexes that matches. @param path normalized, in wire form */
export function uriCaptures(paths: readonly string[], path: string): Captures | undefined {
  for (const source of paths) {
    if (!source.startsWith('~')) continue;
    const pattern = compiled.get(source) ?? compileRegex(toWire(source.slice(1)));
    compiled.set(source, pattern);
    const matcher = pattern.matcher(path);
    if (!matcher.lookingAt()) continue;
    const groups = Object.keys(pattern.namedGroups());
    return {
      unnamed: Array.from({ length: matcher.groupCount() }, (_, i) => fromWire(matcher.group(i + 1) ?? '')),
      named: groups.map((key) => ({ key, value: fromWire(matcher.group(key) ?? '') })),
    };
  }
  return undefined;
}
