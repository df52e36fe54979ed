// The text as recognisers read it: one form for what looks the same (kong/llm/normalise.ts), and separators that are
// spelled between digits ("555 dash 0100") as signs. Offsets lead back.
import { normaliseText } from '../../../kong/llm/normalise.ts';

export interface Folded {
  text: string;
  /** Where `[start, end)` of `text` stands in the source. */
  original(start: number, end: number): [start: number, end: number];
}

/** Only ever read between two digits. "minus", "point" and "times" are words of arithmetic. */
const SPELLED =
  /(?<=\d) ?[([]?(?:dash|hyphen|dot|bindestrich|strich|punkt|tiret|gui[oó]n|trattino|streepje|h[ií]fen|space|slash)[)\]]? ?(?=[\d(])/gi;
/** Begins with a digit, so that a text is searched at the speed of its digits. */
const MAYBE_SPELLED = /\d ?[([]?[a-zíó]{3,12}[)\]]? ?[\d(]/i;

export function fold(text: string): Folded {
  const normalised = normaliseText(text);
  return MAYBE_SPELLED.test(normalised.text) ? foldSpelled(normalised) : normalised;
}

function foldSpelled(from: Folded): Folded {
  const { text } = from;
  const map = new Uint32Array(text.length + 1);
  let out = '';
  let copied = 0;
  const copy = (to: number): void => {
    for (let i = copied; i < to; i++) map[out.length + i - copied] = i;
    out += text.slice(copied, to);
    copied = to;
  };
  for (const match of text.matchAll(SPELLED)) {
    copy(match.index);
    map[out.length] = match.index;
    out += '-';
    copied = match.index + match[0].length;
  }
  copy(text.length);
  map[out.length] = text.length;
  return {
    text: out,
    original: (start, end) => from.original(map[start]!, end > start ? map[end - 1]! + 1 : map[end]!),
  };
}
