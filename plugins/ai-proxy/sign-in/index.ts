// Which way of signing in a target has.
import type { TargetConfig } from '../config.ts';
import type { Provider } from '../providers/provider.ts';
import { awsSignIn } from './aws.ts';
import { azureSignIn } from './azure.ts';
import { gcpSignIn } from './gcp.ts';
import { keySignIn } from './key.ts';
import { NO_SIGN_IN, type SignIn } from './sign-in.ts';

/** @throws Error when the config cannot sign in. */
export function signInOf(config: TargetConfig, provider: Provider): SignIn {
  const auth = config.auth ?? NO_AUTH;
  // A key wins: most providers that sign otherwise take one too.
  const byKey = keySignIn(auth, provider);
  if (byKey) return byKey;
  const { azure_use_managed_identity, azure_client_secret, gcp_use_service_account } = auth;
  if (provider.signIn === 'aws') return awsSignIn(auth, config);
  if (provider.signIn === 'gcp' || gcp_use_service_account) return gcpSignIn(auth);
  if (azure_use_managed_identity || (provider.signIn === 'azure' && azure_client_secret))
    return azureSignIn(auth);
  return NO_SIGN_IN;
}

const NO_AUTH: NonNullable<TargetConfig['auth']> = {
  allow_override: false,
  gcp_use_service_account: false,
  azure_use_managed_identity: false,
};

export type { SignIn } from './sign-in.ts';
