// A model that judges: its chat completion says whether the text may pass. Guard models such as Llama Guard answer
// `safe` or `unsafe` and the categories; any other model does what the instructions say.

import { readUsage } from '../../../kong/llm/formats/openai-chat/usage.ts';
import { isObject, objects } from '../../../kong/llm/slots.ts';
import type { CheckConfig } from '../config.ts';
import { Pattern } from '../rules/pattern.ts';
import { asOneText, type Check, CheckError, type JsonCall } from './check.ts';

/** A verdict is a word or a few. */
const MAX_TOKENS = 64;

export function classifierCheck(config: CheckConfig, call: JsonCall): Check {
  const { model, provider, instructions, max_chars } = config;
  const unsafe = new Pattern(config.unsafe_pattern);
  return async (input, exchange) => {
    const content = asOneText(input, max_chars);
    const messages = [
      ...(instructions === undefined ? [] : [{ role: 'system', content: instructions }]),
      { role: 'user', content },
    ];
    const answer = await call({ model, messages, temperature: 0, max_tokens: MAX_TOKENS }, exchange.signal);
    const usage = readUsage(answer.usage);
    exchange.sideCalls.push({ purpose: 'judge', provider, model: model!, ...(usage ? { usage } : {}) });
    const [choice] = objects(answer.choices);
    const said = isObject(choice?.message) ? choice.message.content : undefined;
    if (typeof said !== 'string' || said.trim() === '') throw new CheckError('answered without a verdict');
    return { objects: unsafe.test(said) };
  };
}
