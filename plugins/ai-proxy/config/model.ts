// Which model of which provider a target is, and where it is served.
import { z } from 'zod';
import { httpUrl, price, set, text } from '../../../kong/schema/index.ts';
import { PROVIDER_NAMES } from '../providers/index.ts';
import { urlParts } from '../template.ts';

/** Where a provider is. Templates may stand in the path, and for labels below a domain. */
const address = () =>
  httpUrl().refine((url) => urlParts(url) !== undefined, {
    error: 'must say its domain itself: a client cannot choose the address of a provider',
  });

const bedrock = z.object({
  aws_region: text()
    .optional()
    .describe('AWS region of the model. Default: AWS_REGION of the relay’s environment.'),
  aws_assume_role_arn: text().optional().describe('Role to assume through STS before calling the model.'),
  aws_role_session_name: text()
    .optional()
    .describe('Name of the session of the assumed role. Default: kong-ai.'),
  aws_sts_endpoint_url: httpUrl().optional().describe('STS endpoint. Default: that of the region.'),
});

const gemini = z.object({
  api_endpoint: text()
    .optional()
    .describe('Host of the Vertex endpoint, without https://. Default: that of the location.'),
  project_id: text().optional().describe('Google Cloud project that is billed (vertex).'),
  location_id: text()
    .optional()
    .describe('Google Cloud location, for example europe-west4 or global (vertex).'),
});

export const modelOptions = z.object({
  base_url: address()
    .optional()
    .describe(
      'Where the API begins, up to and including its version, for example https://host/v1. May have templates below the domain.',
    ),
  upstream_url: address()
    .optional()
    .describe('The whole URL to call, when it follows no rule. May have templates below the domain.'),
  upstream_path: text()
    .regex(/^\//, { error: 'must begin with /' })
    .optional()
    .describe('Path below the base URL, in place of the provider’s own for the endpoint.'),
  max_tokens: z.int().min(1).optional().describe('Completion tokens when the client names no limit.'),
  temperature: z.number().min(0).max(5).optional().describe('Temperature when the client names none.'),
  top_p: z.number().min(0).max(1).optional().describe('Top-p when the client names none.'),
  top_k: z.int().min(0).max(500).optional().describe('Top-k when the client names none.'),
  anthropic_version: text()
    .optional()
    .describe('Value of the anthropic-version header. Default: 2023-06-01.'),
  azure_instance: text().optional().describe('Name of the Azure OpenAI resource, as in its host name.'),
  azure_deployment_id: text().optional().describe('Azure deployment. Default: the model’s name.'),
  azure_api_version: text()
    .optional()
    .describe(
      'Azure api-version, or v1, where the model’s name is the deployment. Default: 2024-10-21; for responses v1.',
    ),
  bedrock: bedrock.optional().describe('Options of provider bedrock.'),
  gemini: gemini.optional().describe('Options of providers gemini and vertex.'),
  databricks: z
    .object({
      workspace_instance_id: text()
        .optional()
        .describe('Databricks workspace, as in its host name before .cloud.databricks.com.'),
    })
    .optional()
    .describe('Options of provider databricks.'),
  dashscope: z
    .object({
      international: z
        .boolean()
        .default(true)
        .describe('Use the international endpoint (Singapore) rather than Beijing’s.'),
    })
    .optional()
    .describe('Options of provider dashscope.'),
  input_cost: price().optional().describe('US dollars per 1M prompt tokens, for algorithm lowest-cost.'),
  output_cost: price().optional().describe('US dollars per 1M completion tokens, for algorithm lowest-cost.'),
});

export const model = z.object({
  provider: z.enum(PROVIDER_NAMES).describe('Which provider serves the target.'),
  name: text()
    .optional()
    .describe('Model that the provider is asked for; may have templates. Default: what the client names.'),
  model_alias: text()
    .optional()
    .describe('Name by which clients ask for this target, for example smart. Several targets may share it.'),
  aliases: set(text()).optional().describe('More such names.'),
  options: modelOptions.optional().describe('Options of the model and its endpoint.'),
});
