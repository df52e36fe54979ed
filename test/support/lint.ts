// What `deck file lint` does with the rules of decK/lint.yaml, as far as they use it: the functions truthy, pattern and
// schema on paths of names, [*], .. and [?(!@.x && !@.y)]. decK itself judges the same files where it is on the PATH.
import { Ajv } from 'ajv';

export interface Rule {
  description: string;
  given: string;
  severity: 'error' | 'warn';
  then: { field?: string; function: string; functionOptions?: Record<string, unknown> };
}

type Json = Record<string, unknown>;
const ajv = new Ajv({ strict: false });

/** The names of the rules that the document breaks. */
export function lint(rules: Record<string, Rule>, document: unknown): string[] {
  return Object.entries(rules)
    .filter(([, { given, then }]) =>
      select(document, given)
        .map((node) => (then.field === undefined ? node : (node as Json | undefined)?.[then.field]))
        .some((value) => !holds(then, value)),
    )
    .map(([name]) => name);
}

function holds({ function: name, functionOptions: options = {} }: Rule['then'], value: unknown): boolean {
  if (name === 'truthy') return Boolean(value);
  // A field that is absent is judged by truthy alone.
  if (value === undefined) return true;
  if (name === 'schema') return ajv.validate(options.schema as object, value);
  if (name !== 'pattern') throw new Error(`lint: no function ${name}`);
  const text = String(value);
  const { match, notMatch } = options as { match?: string; notMatch?: string };
  return (!match || new RegExp(match).test(text)) && (!notMatch || !new RegExp(notMatch).test(text));
}

function select(document: unknown, given: string): unknown[] {
  const steps = given.match(/\.\.\w+|\.\w+|\[\*\]|\[\?\(.*?\)\]/g) ?? [];
  if (given !== `$${steps.join('')}`) throw new Error(`lint: cannot read the path ${given}`);
  return steps.reduce<unknown[]>((nodes, step) => nodes.flatMap((node) => take(node, step)), [document]);
}

function take(node: unknown, step: string): unknown[] {
  if (step.startsWith('..')) return descendants(node).flatMap((inner) => take(inner, step.slice(1)));
  if (step === '[*]') return Array.isArray(node) ? node : [];
  if (step.startsWith('[?')) {
    const absent = [...step.matchAll(/!@\.(\w+)/g)].map(([, key]) => key!);
    const items = Array.isArray(node) ? node : [];
    return items.filter((item) => absent.every((key) => (item as Json)[key] === undefined));
  }
  const key = step.slice(1);
  return typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? [(node as Json)[key]] : [];
}

function descendants(node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return [node, ...Object.values(node).flatMap(descendants)];
}
