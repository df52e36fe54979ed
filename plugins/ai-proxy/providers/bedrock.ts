// Amazon Bedrock through Converse. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { bedrockEmbeddings } from '../../../kong/llm/formats/openai-embeddings/words.ts';
import { bedrockRerank } from '../../../kong/llm/formats/rerank/words.ts';
import { defaultRegion } from '../sign-in/aws.ts';
import { BEARER, type Provider } from './provider.ts';

export const bedrock: Provider = {
  docs: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
  baseUrl: ({ aws_region: region = defaultRegion() }) =>
    region === undefined ? undefined : `https://bedrock-runtime.${region}.amazonaws.com`,
  chat: () => bedrockOutbound,
  // The format names the model and the method itself.
  chatPath: '/model',
  endpoints: {},
  // Of models that have them, by InvokeModel.
  words(format, model) {
    if (format === 'openai-embeddings') return bedrockEmbeddings(model);
    return format === 'rerank' ? bedrockRerank(model) : undefined;
  },
  // A Bedrock API key, in place of a signature.
  key: BEARER,
  signIn: 'aws',
};
