// The fields of a message request. https://docs.anthropic.com/en/api/messages
import { fields as of } from '../../fields.ts';

const cache_control = of('type ttl');

const source = of('type data url media_type file_id');

const block = of(
  'type text citations thinking signature data id name input tool_use_id is_error title context file_id',
  { source, cache_control },
);
// Of results, and of documents that are made of blocks.
block.add('content', block);
source.add('content', block);

export const fields = of(
  'model max_tokens stream temperature top_p top_k stop_sequences service_tier metadata ' +
    'container mcp_servers context_management',
  {
    system: block,
    messages: of('role', { content: block }),
    tools: of('type name description input_schema strict', { cache_control }),
    tool_choice: of('type name disable_parallel_tool_use'),
    output_config: of('effort', { format: of('type schema') }),
    thinking: of('type budget_tokens'),
  },
);
