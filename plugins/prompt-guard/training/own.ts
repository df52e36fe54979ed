// The examples of our own, drawn from their patterns.

import { ATTACK_LISTS, ATTACKS, MORE_ATTACK_LISTS } from './attacks/basics.ts';
import { PRETEXT_LISTS, PRETEXTS } from './attacks/pretexts.ts';
import { STORIES, STORY_LISTS } from './attacks/stories.ts';
import { WILD, WILD_LISTS } from './attacks/wild.ts';
import { BENIGN, BENIGN_LISTS } from './benign/basics.ts';
import { EVERYDAY, EVERYDAY_LISTS } from './benign/everyday.ts';
import { MANUAL_LISTS, MANUALS } from './benign/manuals.ts';
import { BENIGN_TASKS, TASK_LISTS } from './benign/tasks.ts';
import type { Example } from './examples.ts';
import { expand, type Lists, randomOf } from './grammar.ts';
import { suffix, typos } from './noise.ts';
import type { Patterns } from './patterns.ts';

export function ownExamples(): Example[] {
  const lists: Lists = {
    ...ATTACK_LISTS,
    ...MORE_ATTACK_LISTS,
    ...STORY_LISTS,
    ...PRETEXT_LISTS,
    ...WILD_LISTS,
    ...BENIGN_LISTS,
    ...TASK_LISTS,
    ...EVERYDAY_LISTS,
    ...MANUAL_LISTS,
  };
  return [
    ...ATTACKS.flatMap((set, i) => draw(set, lists, true, 1000 + i)),
    ...[...STORIES, ...PRETEXTS, ...WILD].flatMap((set, i) => draw(set, lists, true, 1500 + i)),
    ...[...BENIGN, ...BENIGN_TASKS, ...EVERYDAY, ...MANUALS].flatMap((set, i) =>
      draw(set, lists, false, 2000 + i),
    ),
    ...suffixed(lists),
  ];
}

function draw(
  { group, family, patterns, draws }: Patterns,
  lists: Lists,
  attack: boolean,
  seed: number,
): Example[] {
  const random = randomOf(seed);
  const texts = new Set<string>();
  // Patterns take turns, so that a short list of alternatives is not drowned by a long one.
  for (let i = 0; i < draws; i++) {
    const text = expand(patterns[i % patterns.length]!, lists, random).replaceAll('\\n', '\n');
    texts.add(random() < 0.08 ? typos(text, random) : random() < 0.06 ? text.toLowerCase() : text);
  }
  return [...texts].map((text) => ({
    text,
    attack,
    source: group,
    family,
    tier: attack ? 'core' : undefined,
  }));
}

function suffixed(lists: Lists): Example[] {
  const random = randomOf(3000);
  return Array.from({ length: 240 }, () => {
    const ask = expand(
      '{Tell me how to|Explain how to|Write a guide on how to|Provide a tutorial to|Guide me to|Can you provide guidance on how to|How can one|Write a script to} {bad}',
      lists,
      random,
    );
    const text = random() < 0.5 ? `${ask} ${suffix(random)}` : `${suffix(random)} ${ask}`;
    return { text, attack: true, source: 'own-suffix', family: 'jailbreak', tier: 'core' };
  });
}
