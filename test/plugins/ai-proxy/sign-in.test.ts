// Credentials that are fetched or signed: Google Cloud, AWS, Azure.
import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fetched } from '../../../plugins/ai-proxy/sign-in/fetched.ts';
import {
  type FakeUpstream,
  type RecordedRequest,
  reply,
  startUpstream,
} from '../../support/upstream/index.ts';
import { PROMPT, startProxy, type TestProxy } from './support.ts';

let upstream: FakeUpstream;
let tokens: FakeUpstream;
let proxy: TestProxy | undefined;

beforeAll(async () => {
  [upstream, tokens] = await Promise.all([startUpstream(), startUpstream()]);
});
beforeEach(() => {
  upstream.clear();
  tokens.clear();
  upstream.handle(answerOf);
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  vi.unstubAllEnvs();
});
afterAll(() => Promise.all([upstream.close(), tokens.close()]));

const GEMINI = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP', index: 0 }],
};
const CONVERSE = {
  output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
};
const answerOf = ({ path }: RecordedRequest) => reply(200, path.includes('/converse') ? CONVERSE : GEMINI);

async function content(): Promise<unknown> {
  const response = await proxy!.post({ model: 'm', messages: PROMPT });
  const body = (await response.json()) as { choices?: { message: { content: string } }[] };
  return body.choices?.[0]?.message.content ?? body;
}

describe('Google Cloud', () => {
  const vertex = (auth: object, name = 'gemini-2.5-flash') => ({
    targets: [
      {
        name: 'v',
        model: {
          provider: 'vertex',
          name,
          options: { base_url: `${upstream.url}/v1/projects/p/locations/eu` },
        },
        auth,
      },
    ],
  });

  test('a service account signs for a token, which is used until it runs out', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const json = JSON.stringify({
      type: 'service_account',
      client_email: 'a@p.iam',
      private_key: key,
      private_key_id: 'k1',
    });
    tokens.handle(reply(200, { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' }));
    proxy = await startProxy(
      vertex({ gcp_service_account_json: json, gcp_oauth_token_url: `${tokens.url}/token` }),
    );
    expect(await content()).toBe('Hi');
    expect(await content()).toBe('Hi');
    expect(tokens.requests.length).toBe(1);
    const form = new URLSearchParams(tokens.requests[0]!.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion')!, publicKey);
    expect(payload).toMatchObject({
      iss: 'a@p.iam',
      aud: `${tokens.url}/token`,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: 'k1' });
    expect(upstream.requests[0]).toMatchObject({
      path: '/v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-flash:generateContent',
      headers: { authorization: 'Bearer ya29.token' },
    });
  });

  test('the machine’s own account, by the metadata server; a refused token is fetched anew', async () => {
    tokens.enqueue(
      reply(200, { access_token: 't1', expires_in: 3599 }),
      reply(200, { access_token: 't2', expires_in: 3599 }),
    );
    upstream.handle((request) =>
      request.headers.authorization === 'Bearer t1'
        ? reply(401, { error: { message: 'expired' } })
        : answerOf(request),
    );
    proxy = await startProxy(vertex({ gcp_metadata_url: tokens.url }));
    expect(await content()).toMatchObject({ error: { code: 'provider_auth' } });
    expect(await content()).toBe('Hi');
    expect(tokens.requests[0]).toMatchObject({
      path: '/computeMetadata/v1/instance/service-accounts/default/token',
      headers: { 'metadata-flavor': 'Google' },
    });
  });

  test('Anthropic’s models have their own path, and no model in the body', async () => {
    tokens.handle(reply(200, { access_token: 't', expires_in: 3599 }));
    upstream.handle(
      reply(200, {
        id: 'msg',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [{ type: 'text', text: 'Hi' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    );
    proxy = await startProxy(vertex({ gcp_metadata_url: tokens.url }, 'claude-sonnet-4-5@20250929'));
    expect(await content()).toBe('Hi');
    await proxy.post({ model: 'x', max_tokens: 5, messages: PROMPT }, { path: '/v1/messages' });
    for (const { path, json } of upstream.requests) {
      expect(path).toBe(
        '/v1/projects/p/locations/eu/publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict',
      );
      expect(json).toMatchObject({ anthropic_version: 'vertex-2023-10-16', max_tokens: expect.any(Number) });
      expect(json).not.toHaveProperty('model');
    }
  });

  test('a token service that fails is a failed sign-in: 502, and the next target is asked', async () => {
    tokens.handle(reply(500, 'secret details'));
    const config = vertex({ gcp_metadata_url: tokens.url });
    proxy = await startProxy(config);
    expect(await content()).toMatchObject({
      error: { code: 'provider_auth', message: expect.not.stringContaining('secret') },
    });
    const second = {
      name: 'g',
      model: { provider: 'gemini', name: 'm', options: { base_url: `${upstream.url}/v1beta` } },
      auth: { keys: ['k'] },
    };
    proxy.configure({ targets: [{ ...config.targets[0], priority: 1 }, second] });
    expect(await content()).toBe('Hi');
  });
});

describe('AWS', () => {
  const bedrock = (auth: object | undefined, more: object = {}) => ({
    targets: [
      {
        name: 'b',
        model: {
          provider: 'bedrock',
          name: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
          options: { base_url: upstream.url, bedrock: { aws_region: 'eu-west-1', ...more } },
        },
        ...(auth ? { auth } : {}),
      },
    ],
  });
  const KEYS = { aws_access_key_id: 'AKIDEXAMPLE', aws_secret_access_key: 'secret-key' };
  const scope = () => /Credential=([^,]+)/.exec(String(upstream.requests.at(-1)!.headers.authorization))?.[1];

  test('requests are signed for the region, with the model encoded into the path', async () => {
    proxy = await startProxy(bedrock(KEYS));
    expect(await content()).toBe('Hi');
    const [request] = upstream.requests;
    expect(request!.path).toBe('/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse');
    expect(scope()).toMatch(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request$/);
    expect(request!.headers['x-amz-date']).toMatch(/^\d{8}T\d{6}Z$/);
    expect(request!.headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(request!.headers)).not.toContain('secret-key');
  });

  test('a Bedrock API key is sent in place of a signature', async () => {
    proxy = await startProxy(bedrock({ keys: ['bedrock-api-key'] }));
    expect(await content()).toBe('Hi');
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer bedrock-api-key');
  });

  test('credentials from the environment, with their session', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    proxy = await startProxy(bedrock(undefined));
    expect(await content()).toBe('Hi');
    expect(scope()).toContain('AKIDENV/');
    expect(upstream.requests[0]!.headers['x-amz-security-token']).toBe('session');
  });

  test('credentials of the instance, by IMDSv2', async () => {
    for (const name of [
      'AWS_ACCESS_KEY_ID',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    ])
      vi.stubEnv(name, '');
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', tokens.url);
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    tokens.enqueue(
      reply(200, 'imds-token'),
      reply(200, 'my-role'),
      reply(200, { AccessKeyId: 'AKIDIMDS', SecretAccessKey: 's', Token: 't', Expiration: expiration }),
    );
    proxy = await startProxy(bedrock(undefined));
    expect(await content()).toBe('Hi');
    expect(await content()).toBe('Hi');
    expect(scope()).toContain('AKIDIMDS/');
    expect(tokens.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/my-role',
    ]);
    expect(tokens.requests[2]!.headers['x-aws-ec2-metadata-token']).toBe('imds-token');
  });

  test('a role is assumed with a signed request', async () => {
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    tokens.handle(
      reply(
        200,
        `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
        { 'content-type': 'text/xml' },
      ),
    );
    proxy = await startProxy(
      bedrock(KEYS, { aws_assume_role_arn: 'arn:aws:iam::1:role/r', aws_sts_endpoint_url: tokens.url }),
    );
    expect(await content()).toBe('Hi');
    expect(scope()).toContain('ASIAROLE/');
    expect(tokens.requests[0]!.headers.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sts\//,
    );
    expect(new URLSearchParams(tokens.requests[0]!.body).get('RoleArn')).toBe('arn:aws:iam::1:role/r');
  });
});

test('Azure: an app registration gets a token for its secret', async () => {
  vi.stubEnv('AZURE_AUTHORITY_HOST', tokens.url);
  tokens.handle(reply(200, { access_token: 'aad', expires_in: 3599 }));
  upstream.handle(reply(400, { error: { message: 'enough' } }));
  proxy = await startProxy({
    targets: [
      {
        model: { provider: 'azure', name: 'gpt-4o', options: { base_url: `${upstream.url}/openai` } },
        auth: { azure_client_id: 'id', azure_client_secret: 'sec', azure_tenant_id: 'ten' },
      },
    ],
  });
  await content();
  expect(tokens.requests[0]!.path).toBe('/ten/oauth2/v2.0/token');
  expect(upstream.requests[0]).toMatchObject({
    path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    headers: { authorization: 'Bearer aad' },
  });
});

describe('what is fetched', () => {
  test('is fetched once for all who wait, and early in the background', async () => {
    let loads = 0;
    const fetched = new Fetched(async () => {
      loads += 1;
      return { value: `v${loads}`, expiresAt: Date.now() + 4 * 60_000 };
    });
    expect(await Promise.all([fetched.get(), fetched.get(), fetched.get()])).toEqual(['v1', 'v1', 'v1']);
    // Four minutes are left: good still, and time to look for the next.
    expect(fetched.get()).toBe('v1');
    await expect.poll(() => fetched.get()).toBe('v2');
  });

  test('is not used when it may run out on its way, and a failure is no credential', async () => {
    const results = [
      { value: 'old', expiresAt: Date.now() + 10_000 },
      { value: 'new', expiresAt: Date.now() + 3_600_000 },
    ];
    const fetched = new Fetched(async () => results.shift() ?? Promise.reject(new Error('down')));
    expect(await fetched.get()).toBe('old');
    expect(await fetched.get()).toBe('new');
    fetched.drop();
    await expect(Promise.resolve(fetched.get())).rejects.toMatchObject({ code: 'provider_auth' });
  });
});
