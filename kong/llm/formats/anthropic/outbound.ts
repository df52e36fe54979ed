// Anthropic's messages as a provider speaks them.
import type { OutboundChat } from '../../format.ts';
import { openaiErrorMessage } from '../openai-chat/chat.ts';
import { fromCommon } from './from-common.ts';
import { toAnswer } from './to-answer.ts';
import { AnthropicChunks } from './to-chunks.ts';

export const anthropicOutbound: OutboundChat = {
  name: 'anthropic',
  fromCommon,
  toAnswer,
  toChunks: () => new AnthropicChunks(),
  // `{"type":"error","error":{"type","message"}}`: the message is where OpenAI has it.
  errorMessage: openaiErrorMessage,
};
