// `${{ env "DECK_X" | toBool }}` in a decK file: the part of decK's templates that state files use.
// https://developer.konghq.com/deck/reference/environment-variables/
import { DeckFileError } from './errors.ts';

const TEMPLATE = /\$\{\{([^}]*)\}\}/g;
const ENV_CALL = /^env\s+(?:"([^"]*)"|`([^`]*)`)$/;
const PREFIX = 'DECK_';
const MAX_INDENT = 100;

class TemplateError extends Error {}

/** What stands in the place of a template whose variable is not set; without one that is an error. */
export type Unset = (name: string) => string;

/** Replaces every template in the text, before it is read as YAML, as decK does. Throws DeckFileError. */
export function substituteEnv(text: string, env: NodeJS.ProcessEnv, unset?: Unset): string {
  return text.replace(TEMPLATE, (whole, expression: string, at: number) => {
    try {
      return evaluate(expression, env, unset);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const line = text.slice(0, at).split('\n').length;
      throw new DeckFileError([{ path: '', line, message: `${error.message} in ${whole}` }]);
    }
  });
}

function evaluate(expression: string, env: NodeJS.ProcessEnv, unset: Unset | undefined): string {
  const [source = '', ...pipes] = expression.split('|').map((part) => part.trim());
  const variable = variableName(source);
  let value = env[variable];
  if (value === undefined) {
    if (unset) return unset(variable);
    throw new TemplateError(`environment variable '${variable}' is not set`);
  }
  for (const pipe of pipes) {
    const [name = '', ...args] = pipe.split(/\s+/);
    const apply = PIPES.get(name);
    if (!apply) throw new TemplateError(`unknown function '${name}' (use ${[...PIPES.keys()].join(', ')})`);
    value = apply(value, args);
  }
  return value;
}

function variableName(source: string): string {
  const match = ENV_CALL.exec(source);
  if (!match) throw new TemplateError('only env "DECK_..." can be used');
  const name = match.slice(1).join('');
  if (!name.startsWith(PREFIX)) {
    throw new TemplateError(`environment variables in the file must begin with '${PREFIX}', found '${name}'`);
  }
  return name;
}

// The values may be secrets, so no message repeats them.
type Pipe = (value: string, args: string[]) => string;
const PIPES = new Map<string, Pipe>(
  Object.entries<Pipe>({
    toBool(value) {
      if (/^(1|t|true)$/i.test(value)) return 'true';
      if (/^(0|f|false)$/i.test(value)) return 'false';
      throw new TemplateError('the value is not a boolean');
    },
    toInt(value) {
      if (!/^[+-]?\d+$/.test(value)) throw new TemplateError('the value is not an integer');
      return value;
    },
    toFloat(value) {
      if (value.trim() === '' || !Number.isFinite(Number(value))) {
        throw new TemplateError('the value is not a number');
      }
      return value;
    },
    indent(value, [width]) {
      const spaces = Number(width);
      if (!Number.isInteger(spaces) || spaces < 0 || spaces > MAX_INDENT) {
        throw new TemplateError(`indent takes a number of spaces from 0 to ${MAX_INDENT}`);
      }
      return value.replaceAll('\n', `\n${' '.repeat(spaces)}`);
    },
  }),
);
