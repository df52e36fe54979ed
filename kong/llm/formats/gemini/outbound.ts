// Gemini's generateContent as a provider speaks it, at Google AI and on Vertex AI.
import type { OutboundChat } from '../../format.ts';
import { openaiErrorMessage } from '../openai-chat/chat.ts';
import { fromCommon } from './from-common.ts';
import { toAnswer } from './to-answer.ts';
import { GeminiChunks } from './to-chunks.ts';

export const geminiOutbound: OutboundChat = {
  name: 'gemini',
  path: (model, stream) =>
    `/models/${model.split('/').map(encodeURIComponent).join('/')}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  fromCommon,
  toAnswer,
  toChunks: () => new GeminiChunks(),
  // `{"error":{"code","message","status"}}`: the message is where OpenAI has it.
  errorMessage: openaiErrorMessage,
};
