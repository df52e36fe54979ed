// Regular expressions of users, in an engine that runs in linear time.
import { RE2JS } from 're2js';

/** PCRE's `(?<name>…)` is `(?P<name>…)` in RE2. Throws on what RE2 has not, such as look-around. */
export function compileRegex(source: string): RE2JS {
  return RE2JS.compile(source.replace(/\(\?<(?![=!])/g, '(?P<'));
}

/** Why a pattern cannot be used, or nothing. */
export function regexProblem(source: string): string | undefined {
  try {
    compileRegex(source);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
