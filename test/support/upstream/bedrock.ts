// Bedrock's Converse answers, whole and as an AWS event stream.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { finishOf, type Said, USAGE } from './said.ts';

const FINISH = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  length: 'max_tokens',
  content_filter: 'guardrail_intervened',
} as const;
export const BEDROCK_SIGNATURE = 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds';

export function converseAnswer(said: Said) {
  const content = [
    ...(said.reasoning
      ? [
          {
            reasoningContent: {
              reasoningText: { text: said.reasoning.join(''), signature: BEDROCK_SIGNATURE },
            },
          },
        ]
      : []),
    ...(said.text ? [{ text: said.text.join('') }] : []),
    ...(said.tools ?? []).map(({ id, name, arguments: args }) => ({
      toolUse: { toolUseId: id, name, input: JSON.parse(args.join('') || '{}') },
    })),
  ];
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: FINISH[finishOf(said)],
    usage: usage(said),
    metrics: { latencyMs: 420 },
  };
}

/** The frames of a streamed answer. */
export function converseEvents(said: Said): Buffer[] {
  const frames = [converseFrame('messageStart', { role: 'assistant' })];
  let contentBlockIndex = 0;
  const block = (deltas: unknown[], start?: unknown): void => {
    if (start) frames.push(converseFrame('contentBlockStart', { start, contentBlockIndex }));
    for (const delta of deltas) frames.push(converseFrame('contentBlockDelta', { delta, contentBlockIndex }));
    frames.push(converseFrame('contentBlockStop', { contentBlockIndex }));
    contentBlockIndex += 1;
  };
  if (said.reasoning) {
    const pieces = said.reasoning.map((text) => ({ reasoningContent: { text } }));
    block([...pieces, { reasoningContent: { signature: BEDROCK_SIGNATURE } }]);
  }
  if (said.text) block(said.text.map((text) => ({ text })));
  for (const { id, name, arguments: args } of said.tools ?? []) {
    block(
      args.map((input) => ({ toolUse: { input } })),
      { toolUse: { toolUseId: id, name } },
    );
  }
  frames.push(converseFrame('messageStop', { stopReason: FINISH[finishOf(said)] }));
  frames.push(converseFrame('metadata', { usage: usage(said), metrics: { latencyMs: 420 } }));
  return frames;
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** @param kind `exception` for a failure inside the stream */
export function converseFrame(name: string, body: unknown, kind: 'event' | 'exception' = 'event'): Buffer {
  const header = (value: string) => ({ type: 'string' as const, value });
  const headers = {
    [`:${kind}-type`]: header(name),
    ':content-type': header('application/json'),
    ':message-type': header(kind),
  };
  return Buffer.from(codec.encode({ headers, body: Buffer.from(JSON.stringify(body)) }));
}

export const CONVERSE_HEADERS = { 'content-type': 'application/vnd.amazon.eventstream' };

export const bedrockError = (message: string) => ({ message });

/** The input is what was read afresh. */
function usage({ usage: counted = USAGE }: Said) {
  const { input, output, cached = 0 } = counted;
  return {
    inputTokens: input - cached,
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}
