// Perplexity's Agent API as a provider speaks it: items as in OpenAI's Responses API, with parameters of its own.
// https://docs.perplexity.ai/docs/agent-api/openai-compatibility
import type { OutboundChat } from '../../format.ts';
import { openaiErrorMessage } from '../openai-chat/chat.ts';
import { fromCommon } from './from-common.ts';
import { toAnswer } from './to-answer.ts';
import { PerplexityChunks } from './to-chunks.ts';

export const perplexityOutbound: OutboundChat = {
  name: 'perplexity',
  path: () => '/v1/responses',
  fromCommon,
  toAnswer,
  toChunks: () => new PerplexityChunks(),
  errorMessage: openaiErrorMessage,
};
