// POST /v1/completions of the demo model: the legacy text endpoint.
import * as z from 'zod';
import { answer } from './answer.ts';
import { type Endpoint, parse, sendEvents, sendJson } from './http.ts';
import { idFor, usageOf, words } from './words.ts';

const Request = z.looseObject({
  model: z.string().min(1),
  prompt: z.union([z.string(), z.array(z.string()).length(1)], 'expected a string or an array of one string'),
  max_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream: z.boolean().nullish(),
});

export const completions: Endpoint = async (body, call) => {
  const { model, prompt, max_tokens, stop, stream } = parse(Request, body);
  const content = [prompt].flat().join('');
  const result = answer({ model, messages: [{ role: 'user', content }], max_tokens, stop });
  const text = result.text ?? '';
  const head = {
    id: idFor('cmpl', body),
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const choice = (part: string, finish_reason: string | null) => ({
    choices: [{ index: 0, text: part, logprobs: null, finish_reason }],
  });
  if (stream) {
    const parts = words(text).map((word) => ({ ...head, ...choice(word, null) }));
    await sendEvents(call, [...parts, { ...head, ...choice('', result.finishReason) }]);
  } else {
    sendJson(call.response, 200, {
      ...head,
      ...choice(text, result.finishReason),
      usage: usageOf(content, text),
    });
  }
};
