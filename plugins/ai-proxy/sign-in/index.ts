// Which way of signing in a target has.
import type { Log } from '../../../kong/relay/log.ts';
import type { TargetConfig } from '../config.ts';
import type { Provider } from '../providers/provider.ts';
import { keySignIn } from './key.ts';
import { NO_SIGN_IN, type SignIn } from './sign-in.ts';

/** @throws Error when the config cannot sign in. */
export function signInOf(config: TargetConfig, provider: Provider, _log: Log): SignIn {
  const { auth } = config;
  return (auth && keySignIn(auth, provider)) ?? NO_SIGN_IN;
}

export type { SignIn } from './sign-in.ts';
