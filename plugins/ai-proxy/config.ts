// The config of ai-proxy-ts. Names follow Kong's own ai-proxy and ai-proxy-advanced where those have one.
import { z } from 'zod';
import { ROUTE_TYPES } from '../../kong/llm/formats/index.ts';
import { entityChecks, headerName, httpUrl, kong, ms, secret, set, text } from '../../kong/schema/index.ts';
import { PROVIDER_NAMES } from './providers.ts';

const auth = entityChecks(
  z.object({
    header_name: kong(headerName().optional(), {
      description: 'Header that carries the key. Default: the provider’s own, for example Authorization.',
    }),
    header_value: kong(secret().optional(), {
      description: 'Whole value of that header, for example `Bearer sk-…`.',
      referenceable: true,
      encrypted: true,
    }),
  }),
  { mutually_required: ['header_name', 'header_value'] },
);

const target = z.object({
  name: text()
    .optional()
    .describe('Name of the target in headers, logs and metrics. Default: provider/model.'),
  model: z.object({
    provider: z.enum(PROVIDER_NAMES).describe('Which provider serves the target.'),
    name: text()
      .optional()
      .describe('Model that the provider is asked for. Default: the one that the client names.'),
    options: z
      .object({
        base_url: httpUrl()
          .optional()
          .describe('Where the API begins, up to and including its version, for example https://host/v1.'),
        upstream_url: httpUrl().optional().describe('The whole URL to call, when it follows no rule.'),
        max_tokens: z.int().min(1).optional().describe('Completion tokens when the client names no limit.'),
      })
      .optional()
      .describe('Options of the model and its endpoint.'),
  }),
  auth: auth.optional().describe('How to sign in to the provider.'),
});

const timeouts = z.object({
  connect: ms().default(10_000).describe('Milliseconds to connect to the provider, TLS included.'),
  first_token: ms().default(60_000).describe('Milliseconds until the answer begins.'),
  between_tokens: ms().default(60_000).describe('Milliseconds between two pieces of a streamed answer.'),
});

export const aiProxyConfig = z.object({
  route_type: z
    .enum(ROUTE_TYPES as [string, ...string[]])
    .optional()
    .describe('Endpoint that the route serves, whatever its path. Default: found by the end of the path.'),
  targets: z.array(target).min(1).describe('Models to send requests to.'),
  allowed_models: set(text()).optional().describe('Models that clients may name. Default: any.'),
  timeouts: timeouts.prefault({}).describe('How long to wait for a provider.'),
  model_name_header: z.boolean().default(true).describe('Answer with X-Kong-LLM-Model (provider/model).'),
});

export type AiProxyConfig = z.output<typeof aiProxyConfig>;
export type TargetConfig = AiProxyConfig['targets'][number];
