// What a text must hold for an expression to match anywhere in it. To look for a few literals costs a tenth of what the
// automaton costs, and most texts hold none of them.
import { type Node, parse } from './syntax.ts';

/** Shorter ones are in every text. */
const SHORTEST = 3;
/** To look for more takes as long as to run the expression. */
const MOST = 32;

/** A literal, unit by unit, each as the source of a JavaScript expression. */
type Literal = readonly string[];

/** Sources of JavaScript expressions that are literals; one of them matches wherever the given one does. Undefined: none is known. */
export function literalsOf(source: string): readonly string[] | undefined {
  const node = parse(source);
  return node && needed(node)?.map((units) => units.join(''));
}

/** One of which is in each match. */
function needed(node: Node): readonly Literal[] | undefined {
  switch (node.kind) {
    case 'any':
      return undefined;
    case 'char':
      return neededOf([node]);
    case 'sequence':
      return neededOf(node.of);
    case 'repeat':
      return node.least > 0 ? needed(node.of) : undefined;
    case 'either': {
      const all = node.of.map(needed);
      const known = all.flatMap((literals) => literals ?? []);
      return all.includes(undefined) || known.length > MOST ? undefined : known;
    }
  }
}

/** Of what each part needs, and of the characters that stand side by side: what a text is least likely to hold. */
function neededOf(parts: readonly Node[]): readonly Literal[] | undefined {
  let best: readonly Literal[] | undefined;
  let run: string[] = [];
  const consider = (literals: readonly Literal[] | undefined): void => {
    if (literals && shortest(literals) >= Math.max(SHORTEST, best ? shortest(best) + 1 : 0)) best = literals;
  };
  for (const part of parts) {
    const unit = part.kind === 'char' ? unitOf(part) : undefined;
    if (unit !== undefined) {
      run.push(unit);
      continue;
    }
    consider([run]);
    run = [];
    // A character that can not be compared breaks the run and says nothing itself.
    if (part.kind !== 'char') consider(needed(part));
  }
  consider([run]);
  return best;
}

const shortest = (literals: readonly Literal[]): number => Math.min(...literals.map(({ length }) => length));

const ALSO: Record<string, string> = { k: '\u212a', s: '\u017f' };

/** Beyond ASCII, case is not as simple; half a surrogate pair is no character. */
function unitOf({ char, fold }: { char: string; fold: boolean }): string | undefined {
  if (char > '\x7f') return undefined;
  if (!/[a-z]/i.test(char)) return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  if (!fold) return char;
  const lower = char.toLowerCase();
  return `[${lower}${char.toUpperCase()}${ALSO[lower] ?? ''}]`;
}
