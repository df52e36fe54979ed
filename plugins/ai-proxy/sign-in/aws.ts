// AWS: requests signed with SigV4. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Outgoing } from '../call.ts';
import type { AuthConfig, TargetConfig } from '../config.ts';
import { isTemplate } from '../template.ts';
import { type AwsCredentials, credentialSource } from './aws-credentials.ts';
import { Fetched } from './fetched.ts';
import type { SignIn } from './sign-in.ts';

/** Of the relay’s environment, as AWS’s own tools; an empty variable is none. */
export const defaultRegion = (): string | undefined =>
  process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;

export function awsSignIn(auth: AuthConfig, config: TargetConfig): SignIn {
  const credentials = new Fetched(credentialSource(auth, config));
  return {
    keyring: undefined,
    async apply(outgoing) {
      const region = regionOf(outgoing) ?? regionOfConfig(config) ?? defaultRegion() ?? 'us-east-1';
      return signed(outgoing, await credentials.get(), region, 'bedrock');
    },
    refused: () => credentials.drop(),
  };
}

/** The config's, when it is the same for every request. */
export function regionOfConfig({ model }: TargetConfig): string | undefined {
  const { aws_region: region } = model.options?.bedrock ?? {};
  return isTemplate(region) ? undefined : region;
}

/** The host says it: with a template it is not in the config. */
function regionOf({ origin }: Outgoing): string | undefined {
  return /^https:\/\/bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.amazonaws\./.exec(origin)?.[1];
}

export async function signed(
  outgoing: Outgoing,
  credentials: AwsCredentials,
  region: string,
  service: string,
): Promise<Outgoing> {
  const url = new URL(outgoing.origin);
  const [path = '/', query = ''] = outgoing.path.split('?', 2);
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: outgoing.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { ...outgoing.headers, host: url.host },
    body: outgoing.body,
  });
  return { ...outgoing, headers };
}

/** What smithy wants of a hash. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
