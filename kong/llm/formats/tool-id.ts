// Ids of tool calls that come from another provider, as this one takes them. The same id always becomes the same.
import { createHash } from 'node:crypto';

/** Letters, digits, `_` and `-`, at most 64: Anthropic's `^[a-zA-Z0-9_-]+$`, and Bedrock's limit. */
export function plainToolId(id: string): string {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(id) ? id : `call_${digest(id).slice(0, 32)}`;
}

/** Just so many letters and digits. */
export function shortToolId(id: string, length: number): string {
  return id.length === length && /^[a-zA-Z0-9]+$/.test(id) ? id : digest(id).slice(0, length);
}

const digest = (id: string): string => createHash('sha256').update(id).digest('hex');
