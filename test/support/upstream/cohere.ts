// Cohere's chat v2 answers, whole and streamed. https://docs.cohere.com/reference/chat
import { finishOf, type Said, USAGE } from './said.ts';

const FINISH = {
  stop: 'COMPLETE',
  tool_calls: 'TOOL_CALL',
  length: 'MAX_TOKENS',
  content_filter: 'ERROR_TOXIC',
} as const;
const ID = 'c14c80c3-18eb-4519-9460-6c92edd8cfb4';

export function cohereAnswer(said: Said) {
  const content = [
    ...(said.reasoning ? [{ type: 'thinking', thinking: said.reasoning.join('') }] : []),
    ...(said.text && !said.tools ? [{ type: 'text', text: said.text.join('') }] : []),
  ];
  return {
    id: ID,
    finish_reason: FINISH[finishOf(said)],
    message: {
      role: 'assistant',
      ...(content.length > 0 && { content }),
      ...(said.tools && {
        ...(said.text && { tool_plan: said.text.join('') }),
        tool_calls: said.tools.map(({ id, name, arguments: args }) => ({
          id,
          type: 'function',
          function: { name, arguments: args.join('') },
        })),
      }),
    },
    usage: usage(said),
  };
}

export function cohereEvents(said: Said): string[] {
  const events: { type: string; [field: string]: unknown }[] = [
    {
      type: 'message-start',
      id: ID,
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
    },
  ];
  let index = 0;
  const block = (kind: 'text' | 'thinking', pieces: string[]): void => {
    events.push({
      type: 'content-start',
      index,
      delta: { message: { content: { type: kind, [kind]: '' } } },
    });
    for (const piece of pieces) {
      events.push({ type: 'content-delta', index, delta: { message: { content: { [kind]: piece } } } });
    }
    events.push({ type: 'content-end', index });
    index += 1;
  };
  if (said.reasoning) block('thinking', said.reasoning);
  if (said.text && !said.tools) block('text', said.text);
  for (const piece of (said.tools && said.text) ?? []) {
    events.push({ type: 'tool-plan-delta', delta: { message: { tool_plan: piece } } });
  }
  for (const [at, { id, name, arguments: args }] of (said.tools ?? []).entries()) {
    const call = { id, type: 'function', function: { name, arguments: '' } };
    events.push({ type: 'tool-call-start', index: at, delta: { message: { tool_calls: call } } });
    for (const piece of args) {
      events.push({
        type: 'tool-call-delta',
        index: at,
        delta: { message: { tool_calls: { function: { arguments: piece } } } },
      });
    }
    events.push({ type: 'tool-call-end', index: at });
  }
  events.push({
    type: 'message-end',
    id: ID,
    delta: { finish_reason: FINISH[finishOf(said)], usage: usage(said) },
  });
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

export const cohereError = (message: string) => ({ id: ID, message });

function usage({ usage: counted = USAGE }: Said) {
  const { input, output, cached } = counted;
  return {
    billed_units: { input_tokens: input - 7, output_tokens: output },
    tokens: { input_tokens: input, output_tokens: output },
    ...(cached === undefined ? {} : { cached_tokens: cached }),
  };
}
