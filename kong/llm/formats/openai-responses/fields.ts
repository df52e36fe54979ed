// The fields of a Responses API request. https://platform.openai.com/docs/api-reference/responses/create
import { fields as of } from '../../fields.ts';

const part = of(
  'type text refusal annotations logprobs image_url detail file_id filename file_data file_url encrypted_content signature',
  { input_audio: of('data format') },
);

const item = of('type role id status call_id name arguments input encrypted_content', {
  content: part,
  output: part,
  summary: part,
});

const tool = of('type name description parameters strict', { format: of('type syntax definition') });

export const fields = of(
  'model instructions stream store background temperature top_p max_output_tokens parallel_tool_calls include ' +
    'top_logprobs metadata user service_tier prompt_cache_key safety_identifier previous_response_id conversation ' +
    'truncation max_tool_calls',
  {
    input: item,
    prompt: of('id version variables'),
    tools: tool,
    tool_choice: of('type name'),
    text: of('verbosity', { format: of('type name description schema strict') }),
    reasoning: of('effort summary'),
    stream_options: of('include_obfuscation'),
  },
);
