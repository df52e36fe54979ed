// Where credentials come from: what wins over what, what is sent for them, and what is said when there are none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../../kong/schema/index.ts';
import { aiProxyConfig } from '../../../plugins/ai-proxy/config.ts';
import type { Provider } from '../../../plugins/ai-proxy/providers/provider.ts';
import { awsSignIn, signed } from '../../../plugins/ai-proxy/sign-in/aws.ts';
import { credentialSource } from '../../../plugins/ai-proxy/sign-in/aws-credentials.ts';
import { azureSignIn } from '../../../plugins/ai-proxy/sign-in/azure.ts';
import { tokenOf } from '../../../plugins/ai-proxy/sign-in/bearer.ts';
import { gcpSignIn } from '../../../plugins/ai-proxy/sign-in/gcp.ts';
import { fetchJson } from '../../../plugins/ai-proxy/sign-in/http.ts';
import { keySignIn } from '../../../plugins/ai-proxy/sign-in/key.ts';
import { type FakeUpstream, reply, startUpstream } from '../../support/upstream/index.ts';

let service: FakeUpstream;
let folder: string;

beforeAll(async () => {
  service = await startUpstream();
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
});
beforeEach(() => {
  service.clear();
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.close();
});

function fileOf(text: string): string {
  const path = join(folder, 'token');
  writeFileSync(path, text);
  return path;
}

function targetOf(options: object, auth?: object) {
  const model = { provider: 'bedrock', name: 'm', options: { bedrock: options } };
  const { targets } = parseConfig(aiProxyConfig, { targets: [{ model, ...(auth ? { auth } : {}) }] });
  return targets[0]!;
}

function awsSource(options: object = {}, auth: object = { keys: undefined }) {
  const target = targetOf(options);
  return credentialSource({ allow_override: false, ...auth } as never, target);
}

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();
const JSON_ANSWER = { AccessKeyId: 'AKIDJSON', SecretAccessKey: 's', Token: 't', Expiration: IN_AN_HOUR };
const stsAnswer = (fields: Record<string, string>): string =>
  `<R><Credentials>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</Credentials></R>`;

describe('AWS credentials', () => {
  test('of the config win over those of the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    vi.stubEnv('SECRET_OF_TEST', 'from the environment');
    const load = awsSource({}, { aws_access_key_id: 'AKID', aws_secret_access_key: 'env://SECRET_OF_TEST' });
    expect((await load()).value).toEqual({
      accessKeyId: 'AKID',
      secretAccessKey: 'from the environment',
    });
  });

  test('of the environment have a session when there is one', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    expect((await awsSource()()).value).toEqual({ accessKeyId: 'AKIDENV', secretAccessKey: 's' });
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect((await awsSource()()).value).toMatchObject({ sessionToken: 'session' });
  });

  test.each([
    ['of its own name', 'pod-7', 'pod-7'],
    ['named after the gateway when its variable is empty', '', 'kong-ai'],
  ])('of a web identity: its token is exchanged, in a session %s', async (_what, name, expected) => {
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', fileOf('web-token\n'));
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::1:role/web');
    vi.stubEnv('AWS_ROLE_SESSION_NAME', name);
    service.handle(
      reply(
        200,
        stsAnswer({
          AccessKeyId: 'ASIAWEB',
          SecretAccessKey: 's',
          SessionToken: 't',
          Expiration: IN_AN_HOUR,
        }),
      ),
    );
    const { value, expiresAt } = await awsSource({ aws_sts_endpoint_url: service.url })();
    expect(value).toEqual({ accessKeyId: 'ASIAWEB', secretAccessKey: 's', sessionToken: 't' });
    expect(new Date(expiresAt).toISOString()).toBe(IN_AN_HOUR);
    const [request] = service.requests;
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::1:role/web',
      RoleSessionName: expected,
      WebIdentityToken: 'web-token',
    });
    // The token is what proves who asks.
    expect(request!.headers.authorization).toBeUndefined();
  });

  test.each([
    [
      'a token from a file',
      () => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: fileOf('from-file\n') }),
      'from-file',
    ],
    [
      'a token from a variable',
      () => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'from-variable' }),
      'from-variable',
    ],
    ['no token', () => ({}), undefined],
  ])('of a container, with %s', async (_what, env, sent) => {
    for (const [name, value] of Object.entries<string>(env())) vi.stubEnv(name, value);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${service.url}/creds`);
    service.handle(reply(200, JSON_ANSWER));
    expect((await awsSource()()).value.accessKeyId).toBe('AKIDJSON');
    expect(service.requests[0]!.path).toBe('/creds');
    expect(service.requests[0]!.headers.authorization).toBe(sent);
  });

  test('of an instance: an address that ends with a slash is the same', async () => {
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', `${service.url}/`);
    service.enqueue(reply(200, 'token'), reply(200, 'role\nother'), reply(200, JSON_ANSWER));
    expect((await awsSource()()).value.accessKeyId).toBe('AKIDJSON');
    expect(service.requests.map(({ path }) => path)).toEqual([
      '/latest/api/token',
      '/latest/meta-data/iam/security-credentials/',
      '/latest/meta-data/iam/security-credentials/role',
    ]);
  });

  test('of a role that is assumed: without an end they are looked at again within minutes', async () => {
    service.handle(reply(200, stsAnswer({ AccessKeyId: 'ASIA', SecretAccessKey: 's' })));
    const options = {
      aws_assume_role_arn: 'arn:aws:iam::1:role/r',
      aws_role_session_name: 'mine',
      aws_sts_endpoint_url: service.url,
    };
    const keys = { aws_access_key_id: 'AKID', aws_secret_access_key: 'k' };
    const { value, expiresAt } = await awsSource(options, keys)();
    expect(value).toEqual({ accessKeyId: 'ASIA', secretAccessKey: 's' });
    expect(expiresAt - Date.now()).toBeLessThan(10 * 60_000);
    expect(new URLSearchParams(service.requests[0]!.body).get('RoleSessionName')).toBe('mine');
    expect(service.requests[0]!.headers.authorization).toContain('/us-east-1/sts/');
  });

  test.each([
    ['without a key', { Code: 'Success' }],
    ['without its secret', { AccessKeyId: 'AKID' }],
  ])('that come %s are none, and no answer is repeated in the error', async (_what, answer) => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', service.url);
    service.handle(reply(200, answer));
    await expect(awsSource()()).rejects.toThrow(/^the credential service answered without credentials$/);
  });

  test.each([
    ['the host', 'https://bedrock-runtime.eu-west-3.amazonaws.com', {}, '', 'eu-west-3'],
    ['the config', 'https://proxy.example', { aws_region: 'eu-west-1' }, 'eu-west-2', 'eu-west-1'],
    ['the environment', 'https://proxy.example', {}, 'eu-west-2', 'eu-west-2'],
    ['nothing else', 'https://proxy.example', {}, '', 'us-east-1'],
  ])('sign for the region that %s names', async (_what, origin, options, env, region) => {
    vi.stubEnv('AWS_REGION', env);
    const auth = { aws_access_key_id: 'AKID', aws_secret_access_key: 's' };
    const signIn = awsSignIn(auth as never, targetOf(options));
    const { headers } = await signIn.apply(
      { origin, path: '/model/m/converse', method: 'POST', headers: {}, body: Buffer.from('{}') },
      undefined,
    );
    expect(headers.authorization).toContain(`/${region}/bedrock/aws4_request`);
  });

  test('sign the query too', async () => {
    const outgoing = {
      origin: 'https://x.example',
      method: 'GET' as const,
      headers: {},
      body: Buffer.alloc(0),
    };
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 's' };
    vi.useFakeTimers({ now: 1e12 });
    const signature = async (path: string) =>
      (await signed({ ...outgoing, path }, credentials, 'eu', 'bedrock')).headers.authorization;
    expect(await signature('/a?x=1')).not.toBe(await signature('/a?x=2'));
    expect(await signature('/a?x=1')).toBe(await signature('/a?x=1'));
    vi.useRealTimers();
  });
});

describe('Azure', () => {
  test('a secret without its client is a wrong config', () => {
    expect(() => azureSignIn({ azure_client_secret: 's', azure_client_id: 'c' } as never)).toThrow(
      'azure_client_secret needs azure_client_id and azure_tenant_id',
    );
  });
});

describe('Google Cloud', () => {
  test.each([
    ['no JSON', '{'],
    ['another file', '{"type":"authorized_user"}'],
    ['no object', 'null'],
  ])('a key file that is %s is a wrong config, and is not repeated', (_what, json) => {
    expect(() => gcpSignIn({ gcp_service_account_json: json } as never)).toThrow(
      /^gcp_service_account_json is not the key file of a service account$/,
    );
  });

  test('a key file by reference is read when it is needed: it may come later', async () => {
    const signIn = gcpSignIn({ gcp_service_account_json: `file://${fileOf('not yet')}` } as never);
    const outgoing = {
      origin: 'https://x.example',
      path: '/',
      method: 'POST' as const,
      headers: {},
      body: Buffer.alloc(0),
    };
    await expect(Promise.resolve(signIn.apply(outgoing, undefined))).rejects.toMatchObject({
      code: 'provider_auth',
    });
  });
});

describe('a key', () => {
  const provider = { key: { header: 'authorization', prefix: 'Bearer ' } } as unknown as Provider;
  const outgoing = (path = '/v1/chat') => ({
    origin: 'https://x.example',
    path,
    method: 'POST' as const,
    headers: {} as Record<string, string>,
    body: Buffer.alloc(0),
  });
  const keyOf = (auth: object, of = provider) => keySignIn({ allow_override: false, ...auth } as never, of);
  const key = { value: 'k', digest: 'd' };

  test('goes into the provider’s own header with its prefix, or bare into the one of the config', async () => {
    expect(await keyOf({ keys: ['k'] })!.apply(outgoing(), key)).toMatchObject({
      headers: { authorization: 'Bearer k' },
    });
    expect(await keyOf({ keys: ['k'], header_name: 'X-Key' })!.apply(outgoing(), key)).toMatchObject({
      headers: { 'x-key': 'k' },
    });
  });

  test('without a header to go into is a wrong config', () => {
    expect(() => keyOf({ keys: ['k'] }, {} as Provider)).toThrow('auth.keys needs header_name');
    expect(keyOf({})).toBeUndefined();
  });

  test('in the query comes behind what is there, encoded', async () => {
    const signIn = keyOf({ param_name: 'api key', param_value: 'k', param_location: 'query' })!;
    const pathOf = async (path: string, by: typeof key | undefined = { value: 'a&b', digest: 'd' }) =>
      (await signIn.apply(outgoing(path), by)).path;
    expect(await pathOf('/v1')).toBe('/v1?api%20key=a%26b');
    expect(await pathOf('/v1?x=1')).toBe('/v1?x=1&api%20key=a%26b');
  });

  test('that there is none of is not sent', async () => {
    expect((await keyOf({ keys: ['k'] })!.apply(outgoing(), undefined)).headers).toEqual({});
    const inQuery = keyOf({ param_name: 'k', param_value: 'v', param_location: 'query' })!;
    expect((await inQuery.apply(outgoing('/v1'), undefined)).path).toBe('/v1');
  });

  test('of a client is taken from the first header of its name, and an empty one is none', () => {
    const { own } = keyOf({ keys: ['k'], header_name: 'x-key', allow_override: true })!;
    const of = (value: string | string[] | undefined) => own!({ headers: { 'x-key': value } } as never);
    expect([of('a'), of(['b', 'c']), of(''), of(undefined)]).toEqual(['a', 'b', undefined, undefined]);
    expect(keyOf({ keys: ['k'] })!.own).toBeUndefined();
  });
});

describe('a token service', () => {
  test('that answers without a token has failed', () => {
    expect(() => tokenOf({ error: 'x' })).toThrow('the token service answered without a token');
  });

  test('that does not say how long is asked again within minutes', () => {
    expect(tokenOf({ access_token: 't' }).expiresAt - Date.now()).toBeLessThanOrEqual(300_000);
  });

  test('that answers without end is cut off', async () => {
    service.handle(reply(200, 'x'.repeat(300 * 1024)));
    await expect(fetchJson(service.url)).rejects.toThrow('answered too much');
  });
});
