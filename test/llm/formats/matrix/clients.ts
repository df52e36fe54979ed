// Every chat format that clients speak, through the official library of each: asks, and tells what it heard.
import Anthropic from '@anthropic-ai/sdk';
import { type Content, FunctionCallingConfigMode, GoogleGenAI, type Part } from '@google/genai';
import OpenAI from 'openai';

/** Where a client sends its requests, and what Kong would add to them. */
export interface ClientOf {
  /** Without a path. */
  url: string;
  headers: Record<string, string>;
}

/** What a test wants to ask, in words that every client's library understands. */
export interface Wish {
  model: string;
  stream: boolean;
  tools?: boolean;
  /** Base64 of a PNG. */
  image?: string;
  schema?: Record<string, unknown>;
  reasons?: boolean;
  /** A tool loop that is under way: the calls made and what came of them. */
  loop?: boolean;
}

export interface Heard {
  text: string;
  reasoning: string;
  tools: { id: string; name: string; args: unknown }[];
  /** In OpenAI's words. */
  finish: string;
  usage: { input: number; output: number; cached: number; reasoning: number };
}

export interface ClientSide {
  /** @throws what the library throws */
  ask(relay: ClientOf, wish: Wish): Promise<Heard>;
}

export const SYSTEM = 'You are terse.';
export const MAX_TOKENS = 2_000;
export const STOP = ['END'];
export const TOOL = {
  name: 'get_weather',
  description: 'Tells the weather.',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};
export const CALLS = [
  { id: 'call_1', args: '{"city":"Paris"}', result: 'sunny' },
  { id: 'call_2', args: '{"city":"Rome"}', result: 'rain' },
];

const openai: ClientSide = {
  async ask(relay, wish) {
    const client = new OpenAI({
      baseURL: `${relay.url}/v1`,
      apiKey: 'k',
      maxRetries: 0,
      defaultHeaders: relay.headers,
    });
    const content: OpenAI.ChatCompletionContentPart[] = [{ type: 'text', text: 'hi' }];
    if (wish.image)
      content.push({ type: 'image_url', image_url: { url: `data:image/png;base64,${wish.image}` } });
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'system', content: SYSTEM },
      { role: 'user', content },
    ];
    if (wish.loop) {
      const tool_calls = CALLS.map(({ id, args }) => ({
        id,
        type: 'function' as const,
        function: { name: TOOL.name, arguments: args },
      }));
      messages.push({ role: 'assistant', content: null, tool_calls });
      for (const { id, result } of CALLS) messages.push({ role: 'tool', tool_call_id: id, content: result });
    }
    const body = {
      model: wish.model,
      messages,
      max_completion_tokens: MAX_TOKENS,
      stop: STOP,
      ...(wish.reasons && { reasoning_effort: 'low' as const }),
      ...(wish.schema && {
        response_format: {
          type: 'json_schema' as const,
          json_schema: { name: 'answer', strict: true, schema: wish.schema },
        },
      }),
      ...(wish.tools && {
        tools: [
          {
            type: 'function' as const,
            function: { name: TOOL.name, description: TOOL.description, parameters: TOOL.schema },
          },
        ],
        tool_choice: { type: 'function' as const, function: { name: TOOL.name } },
      }),
    };
    if (!wish.stream) return openaiHeard(await client.chat.completions.create(body));
    let reasoning = '';
    const stream = client.chat.completions
      .stream({ ...body, stream_options: { include_usage: true } })
      .on('chunk', (chunk) => {
        const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined;
        reasoning += delta?.reasoning_content ?? '';
      });
    const whole = await stream.finalChatCompletion();
    return { ...openaiHeard(whole), reasoning };
  },
};

function openaiHeard(answer: OpenAI.ChatCompletion): Heard {
  const { message, finish_reason } = answer.choices[0]!;
  const usage = answer.usage!;
  return {
    text: message.content ?? '',
    reasoning: (message as { reasoning_content?: string }).reasoning_content ?? '',
    tools: (message.tool_calls ?? []).map((call) => ({
      id: call.id,
      name: (call as OpenAI.ChatCompletionMessageFunctionToolCall).function.name,
      args: JSON.parse((call as OpenAI.ChatCompletionMessageFunctionToolCall).function.arguments),
    })),
    finish: finish_reason,
    usage: {
      input: usage.prompt_tokens,
      output: usage.completion_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    },
  };
}

const anthropic: ClientSide = {
  async ask(relay, wish) {
    const client = new Anthropic({
      baseURL: relay.url,
      apiKey: 'k',
      maxRetries: 0,
      defaultHeaders: relay.headers,
    });
    const content: Anthropic.ContentBlockParam[] = [{ type: 'text', text: 'hi' }];
    if (wish.image) {
      content.push({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: wish.image } });
    }
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content }];
    if (wish.loop) {
      const calls = CALLS.map(({ id, args }) => ({
        type: 'tool_use' as const,
        id,
        name: TOOL.name,
        input: JSON.parse(args),
      }));
      messages.push({ role: 'assistant', content: calls });
      const results = CALLS.map(({ id, result }) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: result,
      }));
      messages.push({ role: 'user', content: results });
    }
    const body = {
      model: wish.model,
      messages,
      system: SYSTEM,
      max_tokens: MAX_TOKENS,
      stop_sequences: STOP,
      ...(wish.reasons && { thinking: { type: 'enabled' as const, budget_tokens: 1024 } }),
      ...(wish.schema && {
        output_config: { format: { type: 'json_schema' as const, schema: wish.schema } },
      }),
      ...(wish.tools && {
        tools: [
          {
            name: TOOL.name,
            description: TOOL.description,
            input_schema: TOOL.schema as unknown as Anthropic.Tool.InputSchema,
          },
        ],
        tool_choice: { type: 'tool' as const, name: TOOL.name },
      }),
    };
    return anthropicHeard(
      wish.stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body),
    );
  },
};

function anthropicHeard({ content, stop_reason, usage }: Anthropic.Message): Heard {
  const finish = {
    end_turn: 'stop',
    tool_use: 'tool_calls',
    max_tokens: 'length',
    refusal: 'content_filter',
  } as Record<string, string>;
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    tools: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, args: block.input }] : [],
    ),
    finish: finish[stop_reason!] ?? stop_reason!,
    usage: {
      input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0),
      output: usage.output_tokens,
      cached: usage.cache_read_input_tokens ?? 0,
      reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
  };
}

const responses: ClientSide = {
  async ask(relay, wish) {
    const client = new OpenAI({
      baseURL: `${relay.url}/v1`,
      apiKey: 'k',
      maxRetries: 0,
      defaultHeaders: relay.headers,
    });
    const content: OpenAI.Responses.ResponseInputContent[] = [{ type: 'input_text', text: 'hi' }];
    if (wish.image) {
      content.push({ type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${wish.image}` });
    }
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content }];
    if (wish.loop) {
      for (const { id, args } of CALLS)
        input.push({ type: 'function_call', call_id: id, name: TOOL.name, arguments: args });
      for (const { id, result } of CALLS)
        input.push({ type: 'function_call_output', call_id: id, output: result });
    }
    const body = {
      model: wish.model,
      input,
      instructions: SYSTEM,
      max_output_tokens: MAX_TOKENS,
      ...(wish.reasons && { reasoning: { effort: 'low' as const } }),
      ...(wish.schema && {
        text: { format: { type: 'json_schema' as const, name: 'answer', strict: true, schema: wish.schema } },
      }),
      ...(wish.tools && {
        tools: [
          {
            type: 'function' as const,
            name: TOOL.name,
            description: TOOL.description,
            parameters: TOOL.schema,
            strict: false,
          },
        ],
        tool_choice: { type: 'function' as const, name: TOOL.name },
      }),
    };
    const answer = wish.stream
      ? await client.responses.stream(body).finalResponse()
      : await client.responses.create(body);
    const { usage, output, status, incomplete_details: incomplete } = answer;
    const tools = output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ id: item.call_id, name: item.name, args: JSON.parse(item.arguments) }]
        : [],
    );
    const cut = incomplete?.reason === 'max_output_tokens' ? 'length' : (incomplete?.reason as string);
    return {
      text: output
        .flatMap((item) => (item.type === 'message' ? item.content : []))
        .map((part) => (part.type === 'output_text' ? part.text : part.refusal))
        .join(''),
      reasoning: output
        .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
        .map((part) => part.text)
        .join(''),
      tools,
      finish: status === 'incomplete' ? cut : tools.length > 0 ? 'tool_calls' : 'stop',
      usage: {
        input: usage!.input_tokens,
        output: usage!.output_tokens,
        cached: usage!.input_tokens_details.cached_tokens,
        reasoning: usage!.output_tokens_details.reasoning_tokens,
      },
    };
  },
};

const gemini: ClientSide = {
  async ask(relay, wish) {
    const client = new GoogleGenAI({
      apiKey: 'k',
      httpOptions: { baseUrl: relay.url, headers: relay.headers },
    });
    const parts: Part[] = [{ text: 'hi' }];
    if (wish.image) parts.push({ inlineData: { mimeType: 'image/png', data: wish.image } });
    const contents: Content[] = [{ role: 'user', parts }];
    if (wish.loop) {
      const calls = CALLS.map(({ id, args }) => ({
        functionCall: { id, name: TOOL.name, args: JSON.parse(args) },
      }));
      contents.push({ role: 'model', parts: calls });
      const results = CALLS.map(({ id, result }) => ({
        functionResponse: { id, name: TOOL.name, response: { output: result } },
      }));
      contents.push({ role: 'user', parts: results });
    }
    const asked = {
      model: wish.model,
      contents,
      config: {
        systemInstruction: SYSTEM,
        maxOutputTokens: MAX_TOKENS,
        stopSequences: STOP,
        ...(wish.reasons && { thinkingConfig: { thinkingBudget: 1024, includeThoughts: true } }),
        ...(wish.schema && { responseMimeType: 'application/json', responseJsonSchema: wish.schema }),
        ...(wish.tools && {
          tools: [
            {
              functionDeclarations: [
                { name: TOOL.name, description: TOOL.description, parametersJsonSchema: TOOL.schema },
              ],
            },
          ],
          toolConfig: {
            functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: [TOOL.name] },
          },
        }),
      },
    };
    const heard: Heard = {
      text: '',
      reasoning: '',
      tools: [],
      finish: '',
      usage: { input: 0, output: 0, cached: 0, reasoning: 0 },
    };
    const answers = wish.stream
      ? await client.models.generateContentStream(asked)
      : [await client.models.generateContent(asked)];
    for await (const answer of answers) {
      const [candidate] = answer.candidates ?? [];
      for (const part of candidate?.content?.parts ?? []) {
        if (part.functionCall) {
          const { id = '', name = '', args } = part.functionCall;
          heard.tools.push({ id, name, args });
        } else if (part.thought) heard.reasoning += part.text ?? '';
        else heard.text += part.text ?? '';
      }
      const finish = candidate?.finishReason;
      if (finish)
        heard.finish =
          heard.tools.length > 0
            ? 'tool_calls'
            : finish === 'MAX_TOKENS'
              ? 'length'
              : finish === 'STOP'
                ? 'stop'
                : 'content_filter';
      const usage = answer.usageMetadata;
      if (!usage) continue;
      const {
        promptTokenCount = 0,
        candidatesTokenCount = 0,
        thoughtsTokenCount = 0,
        cachedContentTokenCount = 0,
      } = usage;
      heard.usage = {
        input: promptTokenCount,
        output: candidatesTokenCount + thoughtsTokenCount,
        cached: cachedContentTokenCount,
        reasoning: thoughtsTokenCount,
      };
    }
    return heard;
  },
};

export const CLIENTS: Record<string, ClientSide> = { openai, anthropic, responses, gemini };
