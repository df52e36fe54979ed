// The detector that a config asks for.
import type { PiiRedactConfig } from '../config.ts';
import { type Custom, compile } from '../recognisers/custom.ts';
import type { Settings } from '../settings.ts';
import { Detector } from './detector.ts';

/** @throws Error that names the field of the config */
export function detectorOf(config: PiiRedactConfig, settings: Settings, custom: Custom): Detector {
  return new Detector({
    minScore: (type) => settings.of(type).minScore,
    ignored: (type) => settings.of(type).action === 'allow',
    allowed: allowList(config),
    custom: custom.recognisers,
    words: custom.words,
  });
}

export function allowList({
  allow_list = [],
  allow_patterns = [],
}: PiiRedactConfig): (value: string) => boolean {
  const values = new Set(allow_list.map((value) => value.toLowerCase()));
  const patterns = allow_patterns.map((pattern, index) => compile(pattern, `allow_patterns[${index}]`));
  return (value) => values.has(value.toLowerCase()) || patterns.some((pattern) => pattern.matches(value));
}
