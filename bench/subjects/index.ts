// All subjects, in the order of the table.
import { cachedSet, guardedSet, pluginSets } from '../lib/configs.ts';
import { chatBody, prompt } from '../lib/prompts.ts';
import type { Subject } from '../lib/subject.ts';
import { kong, kongAiProxy } from './kong.ts';
import { litellm } from './litellm.ts';
import { embedded, relayAlone } from './ours.ts';
import { direct, pipe } from './plain.ts';
import { portkey } from './portkey.ts';

const names = Object.keys(pluginSets(''));
const pick = (name: string) => (upstream: string) => pluginSets(upstream)[name]!;
const SIX = 'six plugins';
const relays = names.map((name) => relayAlone(name, pick(name)));

export const SUBJECTS: readonly Subject[] = [
  direct,
  pipe,
  ...relays,
  relayAlone('exact cache hits', cachedSet, [chatBody(prompt(), {}, false)]),
  embedded('no plugins', () => []),
  ...names.map((name) => embedded(name, pick(name))),
  kong('no plugins', () => []),
  kong('its own ai-proxy', kongAiProxy),
  ...names.map((name) => kong(name, pick(name))),
  portkey,
  litellm,
];

/**
 * Streams are measured one subject at a time: what shares a core would delay the others' chunks. All ask the same, so none
 * of them has a cache.
 */
export const STREAM_SUBJECTS: readonly Subject[] = [
  direct,
  pipe,
  ...names.filter((name) => !name.startsWith(SIX)).map((name) => relayAlone(name, pick(name))),
  relayAlone('guard and PII, ai-proxy-ts', guardedSet),
  portkey,
];
