// OpenAI chat completions as the stages read it. https://platform.openai.com/docs/api-reference/chat
import type { Format } from '../../format.ts';
import { openaiError, openaiErrorEvent } from '../parts.ts';
import * as answer from './answer.ts';
import { openaiChatInbound } from './chat.ts';
import * as request from './request.ts';
import * as stream from './stream.ts';

export const openaiChat: Format = {
  name: 'openai-chat',
  operation: 'chat',
  request,
  answer,
  stream,
  chat: openaiChatInbound,
  error: openaiError,
  errorEvent: openaiErrorEvent,
};
