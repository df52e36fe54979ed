// Azure OpenAI: a deployment in the path stands for the model, and a version in the query.
// https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { OPENAI_ENDPOINTS } from './openai-style.ts';
import { type Endpoint, type Place, type Provider, segment } from './provider.ts';

/** The latest generally available version of the data plane. */
const API_VERSION = '2024-10-21';

/** The Responses API belongs to the resource, not to a deployment, and has the version `preview` or `v1`. */
const OF_RESOURCE = new Set(['openai-responses']);

function endpoint(format: string, path: string): Endpoint {
  return ({ model, options }: Place) => {
    const version = `?api-version=${segment(options.azure_api_version ?? API_VERSION)}`;
    return OF_RESOURCE.has(format)
      ? `${path}${version}`
      : `/deployments/${segment(options.azure_deployment_id ?? model)}${path}${version}`;
  };
}

const chat = openaiChatOf('azure');
const { 'openai-moderations': _, ...endpoints } = OPENAI_ENDPOINTS;

export const azure: Provider = {
  docs: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference',
  baseUrl: ({ azure_instance: instance }) =>
    instance === undefined ? undefined : `https://${instance}.openai.azure.com/openai`,
  chat: () => chat,
  chatPath: endpoint('openai-chat', '/chat/completions'),
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([format, path]) => [format, endpoint(format, path)]),
  ),
  key: { header: 'api-key', prefix: '' },
  signIn: 'azure',
};
