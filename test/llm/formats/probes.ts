// Requests in the common language, each asking for one thing: what a provider's format does with it is declared in
// kong/llm/formats/support.ts, and held against it.
import type { ChatMessage, ChatRequest, ContentPart } from '../../../kong/llm/chat.ts';
import type { FeatureName } from '../../../kong/llm/formats/support.ts';

const user = (content: string | ContentPart[]): ChatMessage => ({ role: 'user', content });
const part = (one: ContentPart): Partial<ChatRequest> => ({
  messages: [user([{ type: 'text', text: 'x' }, one])],
});
const tool = {
  type: 'function' as const,
  function: { name: 'f', parameters: { type: 'object', properties: {} } },
};
const tools = [tool, { ...tool, function: { ...tool.function, name: 'g' } }];
const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{}' } };
const loop = (content: string | ContentPart[], more = {}): Partial<ChatRequest> => ({
  tools,
  messages: [
    user('x'),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content, ...more },
  ],
});
const png = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } };
const pdf = 'data:application/pdf;base64,AAAA';

export const PROBES: Record<FeatureName, Partial<ChatRequest>> = {
  'system and developer messages': {
    messages: [{ role: 'system', content: 'a' }, { role: 'developer', content: 'b' }, user('x')],
  },
  max_tokens: { max_completion_tokens: 100 },
  'temperature, top_p': { temperature: 0.5, top_p: 0.9 },
  top_k: { top_k: 5 },
  'frequency_penalty, presence_penalty': { frequency_penalty: 0.5 },
  seed: { seed: 1 },
  stop: { stop: ['END'] },
  n: { n: 2 },
  logprobs: { logprobs: true },
  logit_bias: { logit_bias: { 5: 1 } },
  user: { user: 'u' },
  'images as data': part(png),
  'images by URL': part({ type: 'image_url', image_url: { url: 'https://x/a.png' } }),
  audio: part({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }),
  'PDF as data': part({ type: 'file', file: { file_data: pdf, filename: 'a.pdf' } }),
  'PDF by URL': part({ type: 'file', file: { file_url: 'https://x/a.pdf' } }),
  'tools and tool results': loop('sunny'),
  'images in tool results': loop([png]),
  'failed tool results': loop('no', { is_error: true }),
  'tool_choice none': { tools, tool_choice: 'none' },
  'tool_choice required': { tools, tool_choice: 'required' },
  'tool_choice of one tool': { tools, tool_choice: { type: 'function', function: { name: 'f' } } },
  'parallel_tool_calls: false': { tools, parallel_tool_calls: false },
  'JSON mode': { response_format: { type: 'json_object' } },
  'JSON schema': {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', schema: { type: 'object', properties: {} } },
    },
  },
  'reasoning effort': { reasoning_effort: 'low' },
  'reasoning budget': { reasoning_budget: 2_000 },
  'cache hints': part({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }),
};
