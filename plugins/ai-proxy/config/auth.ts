// How a target signs in to its provider.
import { z } from 'zod';
import { entityChecks, headerName, httpUrl, kong, secret, text } from '../../../kong/schema/index.ts';

const fields = z.object({
  header_name: kong(headerName().optional(), {
    description: 'Header that carries the key. With keys, default: the provider’s own, with its own prefix.',
    referenceable: true,
  }),
  header_value: kong(secret().optional(), {
    description: 'Whole value of that header, for example `Bearer sk-…`. May be env://NAME or file:///path.',
    referenceable: true,
    encrypted: true,
  }),
  keys: z
    .array(secret().describe('A bare key, or env://NAME or file:///path.'))
    .min(1)
    .optional()
    .describe('Bare keys that take turns. One that the provider refuses or limits rests.'),
  param_name: kong(text().optional(), {
    description: 'Query or body parameter that carries the key.',
    referenceable: true,
  }),
  param_value: kong(secret().optional(), {
    description: 'Value of that parameter. May be env://NAME or file:///path.',
    referenceable: true,
    encrypted: true,
  }),
  param_location: z.enum(['query', 'body']).optional().describe('Where the parameter goes.'),
  allow_override: z
    .boolean()
    .default(false)
    .describe('A client that sends the header or parameter itself signs in with its own key.'),
  aws_access_key_id: kong(secret().optional(), { description: 'Access key id of an AWS user (bedrock).' }),
  aws_secret_access_key: kong(secret().optional(), {
    description:
      'Secret access key of that user. Without both: environment, web identity, container, instance.',
  }),
  gcp_use_service_account: z
    .boolean()
    .default(false)
    .describe('Sign in to Google Cloud with a service account (gemini); vertex always does.'),
  gcp_service_account_json: kong(secret().optional(), {
    description:
      'Key file of the service account, as JSON. Default: the machine’s own, by its metadata server.',
  }),
  gcp_metadata_url: httpUrl()
    .optional()
    .describe('Metadata server. Default: http://metadata.google.internal.'),
  gcp_oauth_token_url: httpUrl()
    .optional()
    .describe('Where tokens are issued. Default: https://oauth2.googleapis.com/token.'),
  azure_use_managed_identity: z
    .boolean()
    .default(false)
    .describe('Sign in to Azure with a managed identity, or with the client below when it is set.'),
  azure_client_id: kong(text().optional(), {
    description: 'Client id of the managed identity or app registration.',
    referenceable: true,
  }),
  azure_client_secret: kong(secret().optional(), { description: 'Client secret of the app registration.' }),
  azure_tenant_id: kong(text().optional(), {
    description: 'Tenant of the app registration.',
    referenceable: true,
  }),
});

export const auth = entityChecks(
  fields,
  { mutually_required: ['param_name', 'param_value', 'param_location'] },
  { mutually_required: ['aws_access_key_id', 'aws_secret_access_key'] },
  { mutually_exclusive: ['header_value', 'keys'] },
  {
    conditional: {
      if_field: 'header_value',
      if_match: { required: true },
      then_field: 'header_name',
      then_match: { required: true },
    },
  },
);
