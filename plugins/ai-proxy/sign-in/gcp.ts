// Google Cloud: a service account's key file, or the account of the machine by its metadata server.
// https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
import { importPKCS8, SignJWT } from 'jose';
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import type { AuthConfig } from '../config.ts';
import { bearer, tokenOf } from './bearer.ts';
import type { Expiring } from './fetched.ts';
import { fetchJson, form } from './http.ts';
import type { SignIn } from './sign-in.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const METADATA_URL = 'http://metadata.google.internal';
const METADATA_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';

/** @throws Error when the key file cannot be one. */
export function gcpSignIn(auth: AuthConfig): SignIn {
  const { gcp_service_account_json: json, gcp_metadata_url, gcp_oauth_token_url } = auth;
  if (json === undefined) {
    const url = (gcp_metadata_url ?? METADATA_URL).replace(/\/+$/, '') + METADATA_PATH;
    return bearer(async () => tokenOf(await fetchJson(url, { headers: { 'metadata-flavor': 'Google' } })));
  }
  const source = secretRef(json);
  // A wrong file that is written in the config is better said now.
  if (source() === json) accountOf(json);
  return bearer(() => fromKeyFile(source(), gcp_oauth_token_url ?? TOKEN_URL));
}

interface Account {
  client_email: string;
  private_key: string;
  private_key_id?: string;
}

async function fromKeyFile(json: string, tokenUrl: string): Promise<Expiring<string>> {
  const account = accountOf(json);
  const kid = account.private_key_id === undefined ? {} : { kid: account.private_key_id };
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...kid })
    .setIssuer(account.client_email)
    .setAudience(tokenUrl)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importPKCS8(account.private_key, 'RS256'));
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return tokenOf(await fetchJson(tokenUrl, form(grant)));
}

function accountOf(json: string): Account {
  let account: Partial<Account> | undefined;
  try {
    account = JSON.parse(json) as Partial<Account>;
  } catch {
    // Said below, without what was read.
  }
  if (typeof account?.client_email !== 'string' || typeof account.private_key !== 'string') {
    throw new Error('gcp_service_account_json is not the key file of a service account');
  }
  return account as Account;
}
