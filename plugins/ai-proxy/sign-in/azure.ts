// Azure: a managed identity of the machine, or an app registration with its secret.
// https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import type { AuthConfig } from '../config.ts';
import { bearer, tokenOf } from './bearer.ts';
import { fetchJson, form } from './http.ts';
import type { SignIn } from './sign-in.ts';

const RESOURCE = 'https://cognitiveservices.azure.com';
const IDENTITY_URL = 'http://169.254.169.254/metadata/identity/oauth2/token';
const LOGIN_URL = 'https://login.microsoftonline.com';

export function azureSignIn(auth: AuthConfig): SignIn {
  const { azure_client_id: id, azure_client_secret: secret, azure_tenant_id: tenant } = auth;
  if (secret === undefined) return bearer(async () => tokenOf(await fetchJson(identityUrl(id), METADATA)));
  if (id === undefined || tenant === undefined) {
    throw new Error('azure_client_secret needs azure_client_id and azure_tenant_id');
  }
  const source = secretRef(secret);
  const authority = (process.env.AZURE_AUTHORITY_HOST || LOGIN_URL).replace(/\/+$/, '');
  const url = `${authority}/${tenant}/oauth2/v2.0/token`;
  return bearer(async () => {
    const fields = {
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: source(),
      scope: `${RESOURCE}/.default`,
    };
    return tokenOf(await fetchJson(url, form(fields)));
  });
}

const METADATA = { headers: { metadata: 'true' } };

function identityUrl(clientId: string | undefined): string {
  const query = new URLSearchParams({ 'api-version': '2018-02-01', resource: RESOURCE });
  if (clientId !== undefined) query.set('client_id', clientId);
  return `${IDENTITY_URL}?${query}`;
}
