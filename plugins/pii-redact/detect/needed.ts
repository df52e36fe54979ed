// Words that expressions cannot match without ("password", "(at)"), as one automaton (Aho and Corasick, 1975): a text is
// read once for the words of all of them, and an expression none of whose words is there is not run.

/** A list of words: one bit. */
export type Needed = number;

export interface Automaton {
  /** Classes of units. A letter and its capital are of one; what is in no word is of class 0. */
  classes: Uint8Array;
  /** By state plus class: the next state. States are multiples of 2^CLASSES, and the first is 0. */
  next: Uint16Array;
  /** By state divided by 2^CLASSES: the lists whose words end there. */
  ends: Uint16Array;
}

/** How many classes there can be, in bits. */
export const CLASSES = 6;
const MAX_STATES = 1 << (16 - CLASSES);
const MAX_LISTS = 16;

const all: (readonly string[])[] = [];
let built: Automaton | undefined;

/** @param words in small letters */
export function neededBy(...words: string[]): Needed {
  if (built) throw new Error('words that come after the first text are not looked for');
  return 1 << (all.push(words) - 1);
}

/** Not before the modules that have the lists are loaded. */
export function automaton(): Automaton {
  built ??= build(all);
  return built;
}

interface Node {
  /** By class. */
  next: Map<number, Node>;
  ends: Needed;
}

function build(from: readonly (readonly string[])[]): Automaton {
  const classes = classesOf(from.flat());
  const root: Node = { next: new Map(), ends: 0 };
  for (const [bit, words] of from.entries())
    for (const word of words) endOf(root, classes, word).ends |= 1 << bit;
  return { classes, ...tables(root) };
}

function classesOf(words: readonly string[]): Uint8Array {
  const classes = new Uint8Array(0x10000);
  const letters = new Set(words.join(''));
  [...letters].forEach((letter, at) => {
    for (const form of [letter, letter.toUpperCase()]) classes[form.charCodeAt(0)] = at + 1;
  });
  if (letters.size >= 1 << CLASSES) throw new Error('too many letters in the needed words');
  return classes;
}

function endOf(root: Node, classes: Uint8Array, word: string): Node {
  let node = root;
  for (let at = 0; at < word.length; at++) {
    const letter = classes[word.charCodeAt(at)]!;
    const next = node.next.get(letter) ?? { next: new Map(), ends: 0 };
    node.next.set(letter, next);
    node = next;
  }
  return node;
}

/** Breadth first: where a state has no way on, it goes on as the longest of its own endings that is a state would. */
function tables(root: Node): Omit<Automaton, 'classes'> {
  const states: Node[] = [root];
  const endings = [0];
  const next: number[][] = [];
  for (let state = 0; state < states.length; state++) {
    const node = states[state]!;
    const ending = endings[state]!;
    if (state > 0) node.ends |= states[ending]!.ends;
    const ways = state > 0 ? [...next[ending]!] : new Array<number>(1 << CLASSES).fill(0);
    for (const [letter, child] of node.next) {
      endings.push(ways[letter]!);
      ways[letter] = states.push(child) - 1;
    }
    next.push(ways);
  }
  if (states.length > MAX_STATES || all.length > MAX_LISTS) throw new Error('too many needed words');
  return {
    next: Uint16Array.from(next.flat(), (state) => state << CLASSES),
    ends: Uint16Array.from(states, ({ ends }) => ends),
  };
}
