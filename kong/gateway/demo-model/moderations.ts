// POST /v1/moderations of the demo model: a short word list per category, enough to show a guard at work.
import * as z from 'zod';
import { type Endpoint, parse, sendJson } from './http.ts';
import { idFor } from './words.ts';

const Item = z.looseObject({ type: z.string(), text: z.string().optional() });
const Request = z.looseObject({
  model: z.string().nullish(),
  input: z.union([z.string(), z.array(z.string()), z.array(Item)], 'expected a text or an array'),
});

const WORDS: Record<string, RegExp> = {
  harassment: /\b(idiot|moron)s?\b/i,
  hate: /\bhate (them|those people)\b/i,
  'self-harm': /\b(hurt|kill) myself\b/i,
  sexual: /\bexplicit sex\b/i,
  violence: /\b(kill|murder|stab)(s|ed|ing)?\b/i,
};

export const moderations: Endpoint = (body, { response }) => {
  const { model, input } = parse(Request, body);
  const results = [input].flat().map((item) => judge(typeof item === 'string' ? item : (item.text ?? '')));
  sendJson(response, 200, { id: idFor('modr', body), model: model ?? 'demo-moderation', results });
};

function judge(text: string) {
  const categories = Object.entries(WORDS).map(([name, words]) => [name, words.test(text)] as const);
  return {
    flagged: categories.some(([, hit]) => hit),
    categories: Object.fromEntries(categories),
    category_scores: Object.fromEntries(categories.map(([name, hit]) => [name, hit ? 0.99 : 0.01])),
  };
}
