// OpenAI's moderations endpoint, or one of its shape.
// https://platform.openai.com/docs/api-reference/moderations
import { isObject, objects } from '../../../kong/llm/slots.ts';
import type { CheckConfig } from '../config.ts';
import { asOneText, type Check, CheckError, type JsonCall } from './check.ts';

export function moderationCheck(
  { model, categories, threshold, max_chars }: CheckConfig,
  call: JsonCall,
): Check {
  const wanted = categories && new Set(categories);
  return async (input, exchange) => {
    const text = asOneText(input, max_chars);
    const answer = await call({ ...(model === undefined ? {} : { model }), input: text }, exchange.signal);
    const results = objects(answer.results);
    if (results.length === 0) throw new CheckError('answered without results');
    let objects_ = false;
    let score = 0;
    for (const result of results) {
      const flags = isObject(result.categories) ? result.categories : {};
      const scores = isObject(result.category_scores) ? result.category_scores : {};
      for (const [name, value] of Object.entries(scores)) {
        if (typeof value === 'number' && (!wanted || wanted.has(name))) score = Math.max(score, value);
      }
      if (threshold !== undefined) objects_ ||= score >= threshold;
      else if (wanted)
        objects_ ||= Object.entries(flags).some(([name, flag]) => flag === true && wanted.has(name));
      else objects_ ||= result.flagged === true;
    }
    return { objects: objects_, score };
  };
}
