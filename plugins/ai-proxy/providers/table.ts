// The table of providers for the README: where each is, how a key is sent, and which endpoints it has besides chat.
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { PROVIDERS } from './index.ts';
import type { Provider } from './provider.ts';

const NAMES = new Map(ENDPOINTS.map(({ format, routeType }) => [format.name, routeType]));

export function providersTable(): string {
  const rows = Object.entries<Provider>(PROVIDERS).map(([name, provider]) => [
    `[\`${name}\`](${provider.docs})`,
    baseUrl(provider),
    provider.chat('model').name,
    credentials(provider),
    [...Object.keys(provider.endpoints), ...wordsOf(provider)]
      .map((format) => NAMES.get(format) ?? format)
      .join(', '),
  ]);
  const head = ['Provider', 'Base URL', 'Chat format', 'Credentials', 'Endpoints besides chat'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Names of models that have what only some models have. */
const MODELS = ['model', 'amazon.titan-embed-text', 'cohere.rerank'];

function wordsOf({ words }: Provider): string[] {
  return [...NAMES.keys()].filter((format) => MODELS.some((model) => words?.(format, model)));
}

/** With names in the place of what the target's options say. */
function baseUrl({ baseUrl: base }: Provider): string {
  const shown = typeof base === 'function' ? base(NAMED) : base;
  return shown === undefined ? '`base_url` must be set' : `\`${shown}\``;
}

const NAMED = {
  azure_instance: '{azure_instance}',
  aws_region: '{aws_region}',
  location_id: '{location_id}',
  project_id: '{project_id}',
  workspace_instance_id: '{workspace_instance_id}',
};

const SIGN_INS = { aws: 'AWS signature', gcp: 'Google service account', azure: 'Entra ID' };

function credentials({ key, signIn }: Provider): string {
  const header = key && `\`${key.header}: ${key.prefix}…\``;
  return [header, signIn && SIGN_INS[signIn]].filter(Boolean).join(', or ');
}
