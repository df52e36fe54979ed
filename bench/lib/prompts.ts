// Prompts of about 1 KB, all different, so that nothing that remembers a text is faster than it will be.

const SUBJECTS = [
  'a gateway',
  'the scheduler',
  'our billing service',
  'a message queue',
  'the new parser',
  'an index',
];
const VERBS = ['passes on', 'checks', 'stores', 'rejects', 'retries', 'measures', 'translates', 'delays'];
const OBJECTS = [
  'a request',
  'every event',
  'the older answers',
  'slow connections',
  'a long text',
  'the last result',
];
const WAYS = [
  'in plain words',
  'step by step',
  'for a beginner',
  'with one example',
  'before it is too late',
  'twice',
];

/** Pseudo-random, the same in every run. */
function* numbers(): Generator<number, never> {
  let state = 12_345;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state >>> 8;
  }
}

const random = numbers();
const one = (words: readonly string[]): string => words[random.next().value % words.length]!;
const sentence = (): string => `Explain ${one(WAYS)} how ${one(SUBJECTS)} ${one(VERBS)} ${one(OBJECTS)}. `;

/** @param chars about how long */
export function prompt(chars = 1024): string {
  let text = '';
  while (text.length < chars) text += sentence();
  return text;
}

/** Stands in a body where every request has a word of its own. */
export const OWN_WORD = 'qqqqqqqq';

/** @param ownWord every request asks something that no other asks */
export function chatBody(text: string, more: object = {}, ownWord = true): string {
  const content = ownWord ? `${text}The word is ${OWN_WORD}.` : text;
  return JSON.stringify({ model: 'bench', messages: [{ role: 'user', content }], ...more });
}

/** As many as make repetitions rare within what a processor's caches remember. */
export const BODIES: readonly string[] = Array.from({ length: 64 }, () => chatBody(prompt()));
