// The fields of a chat completion request: OpenAI's, ours, and those that providers of the format have beside them.
// https://platform.openai.com/docs/api-reference/chat/create
import { fields as of } from '../../fields.ts';

const cache_control = of('type ttl');

const part = of('type text refusal', {
  image_url: of('url detail'),
  input_audio: of('data format'),
  file: of('file_data file_url file_id filename'),
  thinking: of('type text'),
  summary: of('type text signature'),
  cache_control,
});

// Arguments of functions, input of custom tools.
const called = of('name arguments input');

const call = of('id type index signature', {
  function: called,
  custom: called,
  cache_control,
});

const message = of(
  'role name refusal tool_call_id is_error reasoning reasoning_content reasoning_details annotations search_results',
  {
    content: part,
    tool_calls: call,
    function_call: called,
    reasoning_blocks: of('text signature redacted format tool'),
    audio: of('id'),
  },
);

const definition = of('name description parameters strict');

const tool = of('type free_text', {
  function: definition,
  custom: of('name description', {
    format: of('type', { grammar: of('syntax definition') }),
  }),
  cache_control,
});

const named = of('name');

export const fields = of(
  'model stream max_tokens max_completion_tokens temperature top_p top_k n stop seed random_seed frequency_penalty ' +
    'presence_penalty logprobs top_logprobs logit_bias user parallel_tool_calls reasoning_effort reasoning_budget ' +
    'metadata service_tier verbosity store modalities web_search_options prompt_cache_key prompt_cache_retention ' +
    'safety_identifier',
  {
    messages: message,
    stream_options: of('include_usage include_obfuscation'),
    tools: tool,
    functions: definition,
    tool_choice: of('type', { function: named, custom: named }),
    function_call: named,
    response_format: of('type', { json_schema: of('name description schema strict') }),
    prediction: of('type', { content: part }),
    audio: of('voice format'),
  },
);
