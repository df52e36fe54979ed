// Takes matches out of a text.
import type { Span } from './rules/pattern.ts';

export const REDACTED = '[redacted]';

export function redact(text: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { start, end } of merged(spans)) {
    out += text.slice(at, start) + REDACTED;
    at = end;
  }
  return out + text.slice(at);
}

function merged(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
}
