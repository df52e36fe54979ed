// Where AWS credentials come from, in the order of AWS's own tools: config, environment, web identity, container,
// instance; and a role to assume with them.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
import { readFile } from 'node:fs/promises';
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import type { AuthConfig, TargetConfig } from '../config.ts';
import { defaultRegion, regionOfConfig, signed } from './aws.ts';
import type { Expiring } from './fetched.ts';
import { fetchJson, fetchText, form } from './http.ts';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

type Load = () => Promise<Expiring<AwsCredentials>>;

/** What does not run out is looked at again so often: it may be a reference that was rotated. */
const STATIC_MS = 6 * 60_000;
const IMDS_URL = 'http://169.254.169.254';
const CONTAINER_URL = 'http://169.254.170.2';
/** Elsewhere than on EC2 nobody answers there. */
const IMDS_TIMEOUT_MS = 2_000;
const SESSION = 'kong-ai';

export function credentialSource(auth: AuthConfig, config: TargetConfig): Load {
  const base = baseSource(auth, config);
  const { aws_assume_role_arn: role } = config.model.options?.bedrock ?? {};
  return role === undefined ? base : () => assumeRole(base, role, config);
}

function baseSource(auth: AuthConfig, config: TargetConfig): Load {
  const { aws_access_key_id: id, aws_secret_access_key: secret } = auth;
  if (id !== undefined && secret !== undefined) {
    const [idSource, secretSource] = [secretRef(id), secretRef(secret)];
    return async () => lasting({ accessKeyId: idSource(), secretAccessKey: secretSource() });
  }
  return () => fromEnvironment(process.env, config);
}

function lasting(value: AwsCredentials): Expiring<AwsCredentials> {
  return { value, expiresAt: Date.now() + STATIC_MS };
}

async function fromEnvironment(
  env: NodeJS.ProcessEnv,
  config: TargetConfig,
): Promise<Expiring<AwsCredentials>> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (id && secret) {
    return lasting({ accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) });
  }
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role } = env;
  if (file && role) {
    const WebIdentityToken = (await readFile(file, 'utf8')).trim();
    const RoleSessionName = env.AWS_ROLE_SESSION_NAME || SESSION;
    const fields = { RoleArn: role, RoleSessionName, WebIdentityToken };
    return sts('AssumeRoleWithWebIdentity', fields, config);
  }
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  if (full || relative) return fromContainer(full || CONTAINER_URL + relative, env);
  return fromInstance();
}

async function fromContainer(url: string, env: NodeJS.ProcessEnv): Promise<Expiring<AwsCredentials>> {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file ? (await readFile(file, 'utf8')).trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  return fromJson(await fetchJson(url, token ? { headers: { authorization: token } } : {}));
}

/** IMDSv2. */
async function fromInstance(): Promise<Expiring<AwsCredentials>> {
  const url = (process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT || IMDS_URL).replace(/\/+$/, '');
  const timeoutMs = IMDS_TIMEOUT_MS;
  const token = await fetchText(`${url}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
    timeoutMs,
  });
  const from = { headers: { 'x-aws-ec2-metadata-token': token }, timeoutMs };
  const path = `${url}/latest/meta-data/iam/security-credentials/`;
  const role = (await fetchText(path, from)).split('\n')[0]!.trim();
  return fromJson(await fetchJson(path + role, from));
}

function fromJson(answer: Record<string, unknown>): Expiring<AwsCredentials> {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = answer as Record<string, string | undefined>;
  return credentialsOf(AccessKeyId, SecretAccessKey, Token, Expiration);
}

async function assumeRole(base: Load, role: string, config: TargetConfig): Promise<Expiring<AwsCredentials>> {
  const { aws_role_session_name: name = SESSION } = config.model.options?.bedrock ?? {};
  return sts('AssumeRole', { RoleArn: role, RoleSessionName: name }, config, (await base()).value);
}

async function sts(
  action: string,
  fields: Record<string, string>,
  config: TargetConfig,
  signer?: AwsCredentials,
): Promise<Expiring<AwsCredentials>> {
  const { aws_sts_endpoint_url } = config.model.options?.bedrock ?? {};
  const region = regionOfConfig(config) ?? defaultRegion() ?? 'us-east-1';
  const url = new URL(aws_sts_endpoint_url ?? `https://sts.${region}.amazonaws.com/`);
  const { headers = {}, body = '' } = form({ Action: action, Version: '2011-06-15', ...fields });
  const plain = {
    origin: url.origin,
    path: url.pathname,
    method: 'POST' as const,
    headers,
    body: Buffer.from(body),
  };
  const outgoing = signer ? await signed(plain, signer, region, 'sts') : plain;
  const xml = await fetchText(url.origin + url.pathname, { method: 'POST', headers: outgoing.headers, body });
  const field = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return credentialsOf(
    field('AccessKeyId'),
    field('SecretAccessKey'),
    field('SessionToken'),
    field('Expiration'),
  );
}

function credentialsOf(
  id: string | undefined,
  secret: string | undefined,
  token: string | undefined,
  expiration: string | undefined,
): Expiring<AwsCredentials> {
  if (!id || !secret) throw new Error('the credential service answered without credentials');
  const expiresAt = Date.parse(expiration ?? '');
  const value = { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
  return Number.isNaN(expiresAt) ? lasting(value) : { value, expiresAt };
}
