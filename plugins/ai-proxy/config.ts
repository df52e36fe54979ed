// The config of ai-proxy-ts. Names follow Kong's own ai-proxy and ai-proxy-advanced where those have one.
import { z } from 'zod';
import { ROUTE_TYPES } from '../../kong/llm/formats/index.ts';
import { set, text } from '../../kong/schema/index.ts';
import { balancer, timeouts } from './config/balancer.ts';
import { target } from './config/target.ts';

export const aiProxyConfig = z.object({
  route_type: z
    .enum(ROUTE_TYPES as [string, ...string[]])
    .optional()
    .describe('Endpoint that the route serves, whatever its path. Default: found by the end of the path.'),
  targets: z.array(target).min(1).describe('Models to send requests to.'),
  balancer: balancer.prefault({}).describe('How a target is chosen, and when another one is asked.'),
  timeouts: timeouts.prefault({}).describe('How long to wait for a provider.'),
  allowed_models: set(text())
    .optional()
    .describe('Models and aliases that clients may name; * stands for any characters. Default: any.'),
  response_streaming: z
    .enum(['allow', 'deny', 'always'])
    .default('allow')
    .describe('Streams when the client asks for one, never (400), or always.'),
  drop_unsupported: z
    .boolean()
    .default(false)
    .describe('Leave out parameters that a provider does not have, rather than refuse the request.'),
  model_name_header: z.boolean().default(true).describe('Answer with X-Kong-LLM-Model (provider/model).'),
  target_headers: z
    .boolean()
    .default(true)
    .describe('Answer with X-AI-Target, X-AI-Attempts and X-AI-Dropped.'),
});

export type AiProxyConfig = z.output<typeof aiProxyConfig>;
export type TargetConfig = AiProxyConfig['targets'][number];
export type BalancerConfig = AiProxyConfig['balancer'];
export type AuthConfig = NonNullable<TargetConfig['auth']>;
