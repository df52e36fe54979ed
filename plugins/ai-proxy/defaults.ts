// Options of a target that count when the client says nothing: where each format has them.
import { isObject } from '../../kong/llm/slots.ts';
import type { TargetConfig } from './config.ts';

type Body = Record<string, unknown>;
type Options = NonNullable<TargetConfig['model']['options']>;
type OptionName = 'max_tokens' | 'temperature' | 'top_p' | 'top_k';

/** The names under which a format has an option; the first is the one to set. */
const NAMES: Readonly<Record<string, Readonly<Record<OptionName, readonly string[]>>>> = {
  'openai-chat': {
    max_tokens: ['max_completion_tokens', 'max_tokens'],
    temperature: ['temperature'],
    top_p: ['top_p'],
    top_k: ['top_k'],
  },
  'openai-completions': {
    max_tokens: ['max_tokens'],
    temperature: ['temperature'],
    top_p: ['top_p'],
    top_k: [],
  },
  'openai-responses': {
    max_tokens: ['max_output_tokens'],
    temperature: ['temperature'],
    top_p: ['top_p'],
    top_k: [],
  },
  anthropic: {
    max_tokens: ['max_tokens'],
    temperature: ['temperature'],
    top_p: ['top_p'],
    top_k: ['top_k'],
  },
  gemini: {
    max_tokens: ['maxOutputTokens'],
    temperature: ['temperature'],
    top_p: ['topP'],
    top_k: ['topK'],
  },
};

const OPTIONS: readonly OptionName[] = ['max_tokens', 'temperature', 'top_p', 'top_k'];

/** Which top-level fields to set, for a body of the format; undefined when none. */
export function defaultsFor(format: string, body: Body, options: Options | undefined): Body | undefined {
  const names = NAMES[format];
  if (!options || !names) return undefined;
  if (format !== 'gemini') return missing(body, options, names);
  const config = isObject(body.generationConfig) ? body.generationConfig : {};
  const added = missing(config, options, names);
  return added && { generationConfig: { ...config, ...added } };
}

function missing(
  body: Body,
  options: Options,
  names: Readonly<Record<OptionName, readonly string[]>>,
): Body | undefined {
  let added: Body | undefined;
  for (const option of OPTIONS) {
    const value = options[option];
    const [name] = names[option];
    if (value === undefined || name === undefined) continue;
    if (names[option].some((known) => body[known] !== undefined && body[known] !== null)) continue;
    added ??= {};
    added[name] = value;
  }
  return added;
}
