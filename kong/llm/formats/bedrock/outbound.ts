// Amazon Bedrock's Converse and ConverseStream: one format for the models of many makers.
import type { OutboundChat } from '../../format.ts';
import { bag } from '../../slots.ts';
import { openaiErrorMessage } from '../openai-chat/chat.ts';
import { fromCommon } from './from-common.ts';
import { toAnswer } from './to-answer.ts';
import { BedrockChunks } from './to-chunks.ts';

export const bedrockOutbound: OutboundChat = {
  name: 'bedrock-converse',
  framing: 'aws-event-stream',
  // An ARN of an inference profile has slashes: it is one segment of the path.
  path: (model, stream) => `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
  fromCommon,
  toAnswer,
  toChunks: () => new BedrockChunks(),
  errorMessage: (body) => openaiErrorMessage(body) ?? openaiErrorMessage({ message: bag(body).Message }),
};
