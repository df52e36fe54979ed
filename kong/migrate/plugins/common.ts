// What several of Kong's AI plugins have.

import type { Migrated } from '../migration.ts';
import { defined, isRecord, type Json, type Reader } from '../reader.ts';

export const BODY_SIZE =
  'the limit is that of the gateway: nginx_http_client_max_body_size and KONG_AI_MAX_BODY_BYTES';

/** Formats are told apart by the path of the request. */
export function llmFormat(reader: Reader): void {
  const format = reader.take('llm_format');
  if (format === undefined || format === 'openai') return;
  reader.note(
    'changed',
    'llm_format',
    `a request's format is told by its path; ${String(format)} needs no setting`,
  );
}

/** Statistics and payloads are cost-log's. */
export function costLog(logging: readonly unknown[], reader: Reader, field: string): Migrated[] {
  const settings = logging.filter(isRecord);
  const payloads = settings.some(({ log_payloads }) => log_payloads === true);
  const statistics = payloads || settings.some(({ log_statistics }) => log_statistics === true);
  if (!statistics) return [];
  reader.note(
    'changed',
    field,
    'cost-log is enabled in the same place: it has the tokens, the cost and the payloads',
  );
  return [{ name: 'cost-log', config: payloads ? { log_payloads: true } : {} }];
}

const EMBEDDINGS: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com/v1/embeddings',
  mistral: 'https://api.mistral.ai/v1/embeddings',
};

/** The `embeddings` record of Kong's semantic plugins as ours. Undefined when there is nothing to go by. */
export function embeddings(reader: Reader): Json | undefined {
  const given = reader.take('embeddings');
  if (!isRecord(given)) return undefined;
  const model = isRecord(given.model) ? given.model : {};
  const options = isRecord(model.options) ? model.options : {};
  const auth = isRecord(given.auth) ? given.auth : {};
  const { provider, name } = model;
  const url = options.upstream_url ?? EMBEDDINGS[String(provider)];
  if (url === undefined) {
    const message = `${provider ?? 'the provider'} has no OpenAI-compatible address that is known here: set embeddings.url`;
    reader.note('todo', 'embeddings.model.provider', message);
  }
  const { header_name, header_value, ...others } = auth;
  for (const [field, value] of Object.entries(others))
    if (value !== null && value !== false)
      reader.note('lost', `embeddings.auth.${field}`, 'only a header signs in');
  return defined({
    url: url ?? 'https://set-me.invalid/v1/embeddings',
    model: name,
    provider,
    auth: defined({ header_name: header_name ?? undefined, header_value: header_value ?? undefined }),
  });
}

/** Kong's vector database: vectors lie in memory here. */
export function vectordb(reader: Reader): void {
  if (reader.take('vectordb') !== undefined)
    reader.note('changed', 'vectordb', 'no vector database is needed: vectors are held in memory');
}
