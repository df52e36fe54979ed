// Cohere's chat v2 as a provider speaks it.
import type { OutboundChat } from '../../format.ts';
import { openaiErrorMessage } from '../openai-chat/chat.ts';
import { fromCommon } from './from-common.ts';
import { toAnswer } from './to-answer.ts';
import { CohereChunks } from './to-chunks.ts';

export const cohereOutbound: OutboundChat = {
  name: 'cohere',
  path: () => '/chat',
  fromCommon,
  toAnswer,
  toChunks: () => new CohereChunks(),
  errorMessage: openaiErrorMessage,
};
