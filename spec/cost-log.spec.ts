// Records of what passes: who, what, how much, and never the texts or the keys.
import { describe, expect, test } from 'vitest';
import { reply, sse } from '../test/support/upstream/index.ts';
import { OPENAI } from './support/dialects.ts';
import { openai, post } from './support/gateway.ts';
import { newKey, script, seen } from './support/upstream-client.ts';

const KEY = 'spec-cost-log-key-PLANTED';
const RECORDS = 'spec-cost-log-records';
const PROMPT = 'PLANTED prompt: my address is max.mustermann@example.org';
const messages = [{ role: 'user' as const, content: PROMPT }];
const usage = { input: 1000, output: 100 };

/** What of a record these tests look at; its README has the rest. */
interface SeenRecord {
  id: string;
  request: { id: string };
  response: { status: number };
  consumer?: { username: string; custom_id: string };
  outcome: string;
  cost: { total: string | null };
  ai: { proxy: { usage: { estimated?: true; completion_tokens?: number } } };
}

/** The record of a request for this model, when it has come. */
async function recordOf(model: string): Promise<SeenRecord & { text: string }> {
  let found: string[] = [];
  await expect
    .poll(
      async () => {
        const batches = await seen(RECORDS);
        const lines = batches.flatMap(({ body }) => body.toString().trimEnd().split('\n'));
        found = [...new Set(lines.filter((line) => line.includes(`"requested_model":"${model}"`)))];
        return found.length;
      },
      { timeout: 15_000 },
    )
    .toBe(1);
  return { ...(JSON.parse(found[0]!) as SeenRecord), text: found[0]! };
}

const client = () => openai('/spec/cost-log/chat', KEY);

test('a whole answer is recorded with its caller, tokens, price and tags', async () => {
  await script(reply(200, {}), RECORDS);
  const model = await script(OPENAI.whole({ text: ['PLANTED answer'], usage }), newKey());
  const { response } = await client()
    .chat.completions.create(
      { model, messages },
      { headers: { 'x-project': 'apollo', 'x-real-ip': '192.0.2.66' } },
    )
    .withResponse();
  const record = await recordOf(model);
  expect(record).toMatchObject({
    schema: 1,
    response: { status: 200 },
    // As Kong sees it, whatever the client says.
    client_ip: expect.stringMatching(/^(?!192\.0\.2\.66$)[\da-f.:]+$/),
    consumer: { username: 'spec-cost-log-app', custom_id: 'spec-cost-log-42' },
    route: { name: 'spec-cost-log-chat' },
    service: { name: 'spec-cost-log' },
    operation: 'chat',
    mode: 'whole',
    outcome: 'complete',
    ai: {
      proxy: {
        meta: { provider_name: 'openai', request_model: model },
        usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, cost: 0.003 },
      },
    },
    lines: [{ purpose: 'answer', provider: 'openai', model, cost: { total: '0.003' } }],
    cost: { currency: 'USD', total: '0.003' },
    tags: { suite: 'spec', project: 'apollo' },
    stages: [{ name: 'ai-proxy-ts' }, { name: 'cost-log' }],
  });
  expect(response.headers.get('x-kong-request-id') ?? record.request.id).toBe(record.request.id);
});

test('a stream is recorded with its times', async () => {
  await script(reply(200, {}), RECORDS);
  const model = await script(OPENAI.stream({ text: ['a', 'b', 'c'], usage }), newKey());
  for await (const _ of await client().chat.completions.create({ model, messages, stream: true }));
  expect(await recordOf(model)).toMatchObject({
    mode: 'stream',
    finish_reasons: ['stop'],
    latencies: { first_token: expect.any(Number), last_token: expect.any(Number) },
    ai: { proxy: { usage: { prompt_tokens: 1000, completion_tokens: 100 } } },
    cost: { total: '0.003' },
  });
});

describe('what went wrong', () => {
  test('a stream that the client leaves is counted, and says that it is an estimate', async () => {
    await script(reply(200, {}), RECORDS);
    const events = OPENAI.events({ text: ['one ', 'two ', 'three '], usage });
    const model = await script(sse(events, { hangAfter: 4 }), newKey());
    let text = '';
    for await (const chunk of await client().chat.completions.create({ model, messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (text.includes('two')) break;
    }
    const record = await recordOf(model);
    expect(record).toMatchObject({
      outcome: 'aborted',
      error: { code: 'client_gone' },
      ai: { proxy: { usage: { estimated: true } } },
    });
    expect(record.ai.proxy.usage.completion_tokens).toBeGreaterThan(0);
    expect(record.cost.total).not.toBeNull();
  });

  test('an error of the provider is recorded with its code and its attempts', async () => {
    await script(reply(200, {}), RECORDS);
    const model = await script(OPENAI.error(500, 'PLANTED failure'), newKey());
    await expect(client().chat.completions.create({ model, messages })).rejects.toThrow();
    const record = await recordOf(model);
    expect(record).toMatchObject({
      response: { status: 502 },
      error: { code: 'provider_error' },
      lines: [],
      cost: { total: '0' },
    });
    expect(record.text).not.toMatch(/PLANTED/);
  });
});

test('no prompt, answer, key or personal value is in any record', async () => {
  const batches = await seen(RECORDS);
  expect(batches.length).toBeGreaterThan(0);
  for (const { body } of batches) expect(body.toString()).not.toMatch(/PLANTED|mustermann/);
});

test('a sink that hangs is nothing that a request waits for', async () => {
  await script({ kind: 'hang' }, 'spec-cost-log-hangs');
  for (let round = 0; round < 5; round += 1) {
    const model = await script(OPENAI.whole({ text: ['ok'] }), newKey());
    const response = await post('/spec/cost-log/slow-sink/v1/chat/completions', { model, messages });
    expect(response.status).toBe(200);
  }
});
