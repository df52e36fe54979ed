// Redaction for what leaves by other ways than a provider call: payloads that are logged.
import { Detector } from './detect/detector.ts';
import { labelOf } from './entities.ts';

let detector: Detector | undefined;

/**
 * The text with every finding of the default settings replaced by its entity: `<EMAIL>`. Nothing can be put back.
 * Synchronous: for texts of bounded length (about 0.1 ms for 1 KB).
 */
export function redactText(text: string): string {
  detector ??= new Detector();
  let out = '';
  let copied = 0;
  for (const { start, end, type } of detector.find(text).toSorted((a, b) => a.start - b.start)) {
    out += `${text.slice(copied, start)}<${labelOf(type)}>`;
    copied = end;
  }
  return out + text.slice(copied);
}
