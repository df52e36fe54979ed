// All subjects, in the order of the table.
import { pluginSets } from '../lib/configs.ts';
import type { Subject } from '../lib/subject.ts';
import { kong, kongAiProxy } from './kong.ts';
import { embedded, relayAlone } from './ours.ts';
import { direct, pipe } from './plain.ts';
import { portkey } from './portkey.ts';

const names = Object.keys(pluginSets(''));
const pick = (name: string) => (upstream: string) => pluginSets(upstream)[name]!;

export const SUBJECTS: readonly Subject[] = [
  direct,
  pipe,
  ...names.map((name) => relayAlone(name, pick(name))),
  embedded('no plugins', () => []),
  ...names.map((name) => embedded(name, pick(name))),
  kong('no plugins', () => []),
  kong('its own ai-proxy', kongAiProxy),
  ...names.map((name) => kong(name, pick(name))),
  portkey,
];

/** Streams are measured one subject at a time: what shares a core would delay the others' chunks. */
export const STREAM_SUBJECTS: readonly Subject[] = [
  direct,
  pipe,
  ...names.map((name) => relayAlone(name, pick(name))),
  portkey,
];
