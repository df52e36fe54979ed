// Every chat format that providers speak: how it says an answer, and what of a request it was sent.
import type { OutboundChat } from '../../../../kong/llm/format.ts';
import { anthropicOutbound } from '../../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../../kong/llm/formats/bedrock/outbound.ts';
import { cohereOutbound } from '../../../../kong/llm/formats/cohere/outbound.ts';
import { geminiOutbound } from '../../../../kong/llm/formats/gemini/outbound.ts';
import { openaiChatOf } from '../../../../kong/llm/formats/openai-chat/outbound.ts';
import { anthropicError, anthropicEvents, anthropicMessage } from '../../../support/upstream/anthropic.ts';
import {
  bedrockError,
  CONVERSE_HEADERS,
  converseAnswer,
  converseEvents,
  converseFrame,
} from '../../../support/upstream/bedrock.ts';
import { cohereAnswer, cohereError, cohereEvents } from '../../../support/upstream/cohere.ts';
import { geminiAnswer, geminiError, geminiEvent, geminiEvents } from '../../../support/upstream/gemini.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../../support/upstream/openai.ts';
import { finishOf, type Said, USAGE } from '../../../support/upstream/said.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, read as deep as they go
type Bag = Record<string, any>;

export interface ProviderSide {
  outbound: OutboundChat;
  whole(said: Said): unknown;
  events(said: Said): (string | Buffer)[];
  headers?: Record<string, string>;
  error(status: number, message: string): unknown;
  /** A failure inside the stream. */
  failure: string | Buffer;
  /** What the request says, found where this format has it. */
  asked(body: Bag): Asked;
  /** Counts the tokens of reasoning, and those that a cache held. */
  counts: { reasoning: boolean; cached: boolean };
}

export interface Asked {
  system: string;
  tools: string[];
  forced: string | undefined;
  image: string | undefined;
  schema: unknown;
  maxTokens: number;
  stop: unknown;
  reasons: boolean;
  /** Results by the call that they are for. */
  results: Record<string, string>;
  calls: string[];
}

const PNG_DATA = /^data:image\/png;base64,(.*)$/;

function openaiUsage({ usage = USAGE }: Said) {
  const { input, output, cached = 0, reasoning = 0 } = usage;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

const openaiOf = (said: Said) => ({
  ...(said.text && { text: said.text }),
  ...(said.tools && { toolCalls: said.tools }),
  ...(said.reasoning && { reasoningContent: said.reasoning }),
  finishReason: finishOf(said),
  usage: openaiUsage(said),
});

const text = (content: Bag['any']): string =>
  typeof content === 'string' ? content : (content ?? []).map((part: Bag) => part.text ?? '').join('');

const openai: ProviderSide = {
  outbound: openaiChatOf('openai'),
  whole: (said) => openaiChat(openaiOf(said)),
  events: (said) => openaiChatEvents(openaiOf(said), { includeUsage: true }),
  error: (_status, message) => openaiError(message),
  failure: 'data: {"error":{"message":"the model broke","code":"server_error"}}\n\n',
  counts: { reasoning: true, cached: true },
  asked(body) {
    const all = body.messages as Bag[];
    const image = all
      .flatMap(({ content }) => (Array.isArray(content) ? content : []))
      .find((part) => part.image_url);
    return {
      system: all
        .filter(({ role }) => role === 'system')
        .map(({ content }) => text(content))
        .join(''),
      tools: (body.tools ?? []).map((tool: Bag) => tool.function.name),
      forced: body.tool_choice?.function?.name,
      image: image && PNG_DATA.exec(image.image_url.url)?.[1],
      schema: body.response_format?.json_schema?.schema,
      maxTokens: body.max_completion_tokens,
      stop: body.stop,
      reasons: body.reasoning_effort !== undefined,
      results: Object.fromEntries(
        all.filter(({ role }) => role === 'tool').map((one) => [one.tool_call_id, text(one.content)]),
      ),
      calls: all.flatMap(({ tool_calls = [] }) => tool_calls).map((call: Bag) => call.function.arguments),
    };
  },
};

const anthropic: ProviderSide = {
  outbound: anthropicOutbound,
  whole: (said) => anthropicMessage(anthropicOf(said) as object),
  events: (said) => anthropicEvents(anthropicOf(said) as object),
  error: (status, message) => anthropicError(status === 429 ? 'rate_limit_error' : 'api_error', message),
  failure:
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"the model broke"}}\n\n',
  counts: { reasoning: true, cached: true },
  asked(body) {
    const blocks = (body.messages as Bag[]).flatMap(({ content }) => (Array.isArray(content) ? content : []));
    return {
      system: text(body.system),
      tools: (body.tools ?? []).map((tool: Bag) => tool.name),
      forced: body.tool_choice?.name,
      image: blocks.find(({ type }) => type === 'image')?.source.data,
      schema: body.output_config?.format?.schema,
      maxTokens: body.max_tokens,
      stop: body.stop_sequences,
      reasons: body.thinking !== undefined,
      results: Object.fromEntries(
        blocks
          .filter(({ type }) => type === 'tool_result')
          .map((one) => [one.tool_use_id, text(one.content)]),
      ),
      calls: blocks.filter(({ type }) => type === 'tool_use').map(({ input }) => JSON.stringify(input)),
    };
  },
};

function anthropicOf(said: Said) {
  const { input, output, cached = 0, reasoning = 0 } = said.usage ?? USAGE;
  const stop = {
    stop: 'end_turn',
    tool_calls: 'tool_use',
    length: 'max_tokens',
    content_filter: 'refusal',
  } as const;
  return {
    ...(said.reasoning && { thinking: said.reasoning }),
    ...(said.text && { text: said.text }),
    ...(said.tools && {
      toolUses: said.tools.map(({ arguments: pieces, ...one }) => ({ ...one, input: pieces })),
    }),
    stopReason: stop[finishOf(said)],
    usage: {
      input_tokens: input - cached,
      cache_read_input_tokens: cached,
      output_tokens: output,
      output_tokens_details: { thinking_tokens: reasoning },
    },
  };
}

const gemini: ProviderSide = {
  outbound: geminiOutbound,
  whole: geminiAnswer,
  events: geminiEvents,
  error: geminiError,
  failure: geminiEvent({ error: { code: 500, message: 'the model broke', status: 'INTERNAL' } }),
  counts: { reasoning: true, cached: true },
  asked(body) {
    const parts = (body.contents as Bag[]).flatMap(({ parts }) => parts as Bag[]);
    const config = body.generationConfig ?? {};
    const calling = body.toolConfig?.functionCallingConfig;
    return {
      system: text(body.systemInstruction?.parts),
      tools: (body.tools ?? []).flatMap((tool: Bag) =>
        tool.functionDeclarations.map(({ name }: Bag) => name),
      ),
      forced: calling?.mode === 'ANY' ? calling.allowedFunctionNames?.[0] : undefined,
      image: parts.find(({ inlineData }) => inlineData)?.inlineData.data,
      schema: config.responseJsonSchema ?? config.responseSchema,
      maxTokens: config.maxOutputTokens,
      stop: config.stopSequences,
      reasons: config.thinkingConfig !== undefined,
      results: Object.fromEntries(
        parts
          .filter(({ functionResponse }) => functionResponse)
          .map(({ functionResponse: one }) => [one.id, one.response.output]),
      ),
      calls: parts
        .filter(({ functionCall }) => functionCall)
        .map(({ functionCall: one }) => JSON.stringify(one.args)),
    };
  },
};

const bedrock: ProviderSide = {
  outbound: bedrockOutbound,
  whole: converseAnswer,
  events: converseEvents,
  headers: CONVERSE_HEADERS,
  error: (_status, message) => bedrockError(message),
  failure: converseFrame('modelStreamErrorException', { message: 'the model broke' }, 'exception'),
  counts: { reasoning: false, cached: true },
  asked(body) {
    const blocks = (body.messages as Bag[]).flatMap(({ content }) => content as Bag[]);
    const schema = body.outputConfig?.textFormat?.structure.jsonSchema.schema;
    return {
      system: text(body.system),
      tools: (body.toolConfig?.tools ?? []).map((tool: Bag) => tool.toolSpec.name),
      forced: body.toolConfig?.toolChoice?.tool?.name,
      image: blocks.find(({ image }) => image)?.image.source.bytes,
      schema: schema && JSON.parse(schema),
      maxTokens: body.inferenceConfig?.maxTokens,
      stop: body.inferenceConfig?.stopSequences,
      reasons: body.additionalModelRequestFields?.thinking !== undefined,
      results: Object.fromEntries(
        blocks
          .filter(({ toolResult }) => toolResult)
          .map(({ toolResult: one }) => [one.toolUseId, text(one.content)]),
      ),
      calls: blocks.filter(({ toolUse }) => toolUse).map(({ toolUse }) => JSON.stringify(toolUse.input)),
    };
  },
};

const cohere: ProviderSide = {
  outbound: cohereOutbound,
  whole: cohereAnswer,
  events: cohereEvents,
  error: (_status, message) => cohereError(message),
  failure: `event: message-end\ndata: ${JSON.stringify({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'the model broke' } })}\n\n`,
  counts: { reasoning: false, cached: true },
  asked(body) {
    const all = body.messages as Bag[];
    const image = all
      .flatMap(({ content }) => (Array.isArray(content) ? content : []))
      .find((part) => part.image_url);
    return {
      system: all
        .filter(({ role }) => role === 'system')
        .map(({ content }) => text(content))
        .join(''),
      tools: (body.tools ?? []).map((tool: Bag) => tool.function.name),
      forced: body.tool_choice === 'REQUIRED' ? body.tools[0].function.name : undefined,
      image: image && PNG_DATA.exec(image.image_url.url)?.[1],
      schema: body.response_format?.json_schema,
      maxTokens: body.max_tokens,
      stop: body.stop_sequences,
      reasons: body.thinking !== undefined,
      results: Object.fromEntries(
        all.filter(({ role }) => role === 'tool').map((one) => [one.tool_call_id, text(one.content)]),
      ),
      calls: all.flatMap(({ tool_calls = [] }) => tool_calls).map((call: Bag) => call.function.arguments),
    };
  },
};

export const PROVIDERS: Record<string, ProviderSide> = { openai, anthropic, gemini, bedrock, cohere };
