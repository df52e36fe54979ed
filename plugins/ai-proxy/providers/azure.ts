// Azure OpenAI. Dated API versions have the deployment in the path, in the place of the model, and the version in the
// query; API v1 is OpenAI's own, with the deployment as the model.
// https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
// https://learn.microsoft.com/en-us/azure/ai-foundry/openai/api-version-lifecycle
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { OPENAI_ENDPOINTS } from './openai-style.ts';
import { type Endpoint, type Place, type Provider, segment } from './provider.ts';

/** The last dated version that is generally available. */
const API_VERSION = '2024-10-21';
/** Names of API v1, and the query that asks for it: none, or its previews. */
const V1: Readonly<Record<string, string>> = { v1: '', latest: '', preview: '?api-version=preview' };

/** Belongs to the resource, not to a deployment; no dated version that is generally available has it. */
const OF_RESOURCE = new Set(['openai-responses']);

function endpoint(format: string, path: string): Endpoint {
  return ({ model, options }: Place) => {
    const ofResource = OF_RESOURCE.has(format);
    const version = options.azure_api_version ?? (ofResource ? 'v1' : API_VERSION);
    const v1 = V1[version];
    if (v1 !== undefined) return `/v1${path}${v1}`;
    const deployment = ofResource ? '' : `/deployments/${segment(options.azure_deployment_id ?? model)}`;
    return `${deployment}${path}?api-version=${segment(version)}`;
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
