// Words come again and again: what was once made of one is remembered.

const MAX_WORDS = 5_000;
/** Longer ones are addresses and the like, which hardly come again. */
const MAX_CHARS = 40;
/** V8 cuts longer pieces as windows into the text, and keeps all of that for them. */
const COPIED_CHARS = 12;

/** @param make of a word alone; what it gives must not be changed */
export function remembered<T extends object | number>(make: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    const made = known.get(word);
    if (made !== undefined) return made;
    if (word.length > MAX_CHARS) return make(word);
    if (known.size >= MAX_WORDS) known.clear();
    const own = word.length > COPIED_CHARS ? Buffer.from(word, 'utf16le').toString('utf16le') : word;
    const fresh = make(own);
    known.set(own, fresh);
    return fresh;
  };
}
