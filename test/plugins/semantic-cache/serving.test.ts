// What a client gets from the cache, and what the provider is asked.
import { describe, expect, test } from 'vitest';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';
import { layer } from '../../relay/relay.ts';
import { chatAnswer, eventsOf, ROUTE, startCacheRelay, status, textOf, until } from './cache-relay.ts';

/** Until the answer has been kept. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('hits', () => {
  test('the same question is answered again without the provider, with what happened in the headers', async () => {
    const relay = await startCacheRelay();
    const first = await relay.ask('What is a monad?');
    expect(status(first)).toBe('Miss');
    expect(await textOf(first)).toBe('answer to What is a monad?');
    await settle();
    const second = await relay.ask('What is a monad?');
    expect(status(second)).toBe('Hit');
    expect(second.headers.get('x-cache-key')).toBe(first.headers.get('x-cache-key'));
    expect(second.headers.get('x-cache-key')).toMatch(/^[0-9a-f]{64}$/);
    expect(second.headers.get('x-cache-similarity')).toBe('1.0000');
    expect(Number(second.headers.get('x-cache-ttl'))).toBeGreaterThan(290);
    expect(Number(second.headers.get('age'))).toBeLessThan(5);
    expect(second.headers.get('x-kong-llm-model')).toBe('p/m-1');
    const body = (await second.json()) as ReturnType<typeof chatAnswer>;
    expect(body.choices[0]!.message.content).toBe('answer to What is a monad?');
    expect(body.usage).toEqual({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
    expect(relay.asked).toHaveLength(1);
  });

  test('a question that means the same is a hit, one that differs in a word that matters is not', async () => {
    const relay = await startCacheRelay();
    await relay.ask('How do I install Python on Windows?');
    await settle();
    const alike = await relay.ask('hi, can you tell me how to install python on windows');
    expect(status(alike)).toBe('Hit');
    expect(Number(alike.headers.get('x-cache-similarity'))).toBeGreaterThan(0.65);
    expect(status(await relay.ask('How do I install Python on Linux?'))).toBe('Miss');
    expect(status(await relay.ask('How do I uninstall Python on Windows?'))).toBe('Miss');
    expect(relay.asked).toHaveLength(3);
  });

  test('with semantic off only the same words hit; spaces around them do not count', async () => {
    const relay = await startCacheRelay({ semantic: { enabled: false } });
    await relay.ask('What is a monad?');
    await settle();
    expect(status(await relay.ask('what is a monad'))).toBe('Miss');
    expect(status(await relay.ask('  What is a monad?\n'))).toBe('Hit');
  });

  test('a whole answer is replayed as a stream, and the other way round', async () => {
    const relay = await startCacheRelay();
    await relay.ask('What is a monad?');
    await settle();
    const streamed = await relay.ask('What is a monad?', {
      body: { stream: true, stream_options: { include_usage: true } },
    });
    expect(status(streamed)).toBe('Hit');
    const { text, events, done } = await eventsOf(streamed);
    expect({ text, done }).toEqual({ text: 'answer to What is a monad?', done: true });
    expect(events.length).toBeGreaterThan(5);
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 0 } });
  });

  test('a hit is replayed in the format of the client that asks', async () => {
    const relay = await startCacheRelay();
    await relay.ask('What is a monad?', { body: { max_tokens: 50 } });
    await settle();
    const anthropic = await relay.ask('What is a monad?', { path: '/v1/messages', body: { max_tokens: 50 } });
    expect(status(anthropic)).toBe('Hit');
    expect(await anthropic.json()).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'answer to What is a monad?' }],
      usage: { input_tokens: 0, output_tokens: 0 },
    });
  });

  test('a field that the translation does not know keeps the formats apart', async () => {
    const relay = await startCacheRelay();
    await relay.ask('What is a monad?', { body: { max_tokens: 50 } });
    await settle();
    const body = { max_tokens: 50, something_new: true };
    expect(status(await relay.ask('What is a monad?', { path: '/v1/messages', body }))).toBe('Miss');
  });

  test('usage: original replays what the first answer used', async () => {
    const relay = await startCacheRelay({ replay: { usage: 'original' } });
    await relay.ask('What is a monad?');
    await settle();
    expect(await (await relay.ask('What is a monad?')).json()).toMatchObject({ usage: { total_tokens: 12 } });
  });
});

describe('what is not cached', () => {
  test.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['store', { store: true }],
    ['temperature', { temperature: 1.5 }],
    ['stateful', { previous_response_id: 'r' }],
  ])('%s', async (_name, body) => {
    const relay = await startCacheRelay();
    for (let i = 0; i < 2; i += 1) {
      expect(status(await relay.ask('What is a monad?', { body }))).toBe('Bypass');
      await settle();
    }
    expect(relay.asked).toHaveLength(2);
  });

  test('images, and results of tools', async () => {
    const relay = await startCacheRelay();
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const withImage = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] }];
    const withTool = [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'w', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'rain' },
      { role: 'user', content: 'And now?' },
    ];
    expect(status(await relay.ask(withImage))).toBe('Bypass');
    expect(status(await relay.ask(withTool))).toBe('Bypass');
  });

  test.each([
    [
      'cut off',
      { choices: [{ index: 0, message: { role: 'assistant', content: 'half' }, finish_reason: 'length' }] },
    ],
    [
      'filtered',
      {
        choices: [
          { index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'content_filter' },
        ],
      },
    ],
    [
      'refused',
      {
        choices: [
          { index: 0, message: { role: 'assistant', content: 'x', refusal: 'no' }, finish_reason: 'stop' },
        ],
      },
    ],
    [
      'empty',
      { choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'stop' }] },
    ],
    [
      'a tool call',
      {
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: null,
              tool_calls: [{ id: 'c', type: 'function', function: { name: 'w', arguments: '{}' } }],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ],
  ])('an answer that is %s', async (_name, more) => {
    const relay = await startCacheRelay({}, (exchange) => {
      exchange.answer = WholeAnswer.ofJson(200, chatAnswer('', more));
    });
    for (let i = 0; i < 2; i += 1) {
      expect(status(await relay.ask('What is a monad?'))).toBe('Miss');
      await settle();
    }
  });

  test('tool calls are, where that is allowed', async () => {
    const message = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'w', arguments: '{"a":1}' } }],
    };
    const relay = await startCacheRelay({ cache_tool_calls: true }, (exchange) => {
      exchange.answer = WholeAnswer.ofJson(
        200,
        chatAnswer('', { choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }),
      );
    });
    await relay.ask('Weather?');
    await settle();
    const hit = await relay.ask('Weather?');
    expect(status(hit)).toBe('Hit');
    expect(await hit.json()).toMatchObject({ choices: [{ message: { tool_calls: message.tool_calls } }] });
  });

  test('an answer that a guard further out blocked', async () => {
    const guard = layer('prompt-guard', 797, async (exchange, next) => {
      await next();
      exchange.notes.guard = { verdict: 'blocked', matches: [] };
      throw new GatewayError('invalid_request', { message: 'blocked' });
    });
    const relay = await startCacheRelay({}, undefined, [guard]);
    for (let i = 0; i < 2; i += 1) {
      await (await relay.ask('What is a monad?')).text();
      await settle();
    }
    expect(relay.asked).toHaveLength(2);
  });

  test('personal values that a stage further out puts back into the answer', async () => {
    const names = ['Ann', 'Bob'];
    const pii = layer('pii-redact', 796, async (exchange, next) => {
      await next();
      const name = names.shift() ?? 'nobody';
      const answer = exchange.answer as WholeAnswer;
      for (const slot of exchange.format.answer.texts(answer.body))
        slot.text = slot.text.replace('[NAME]', name);
      answer.touch();
    });
    const relay = await startCacheRelay(
      {},
      (exchange) => {
        exchange.answer = WholeAnswer.ofJson(200, chatAnswer('Hello [NAME]'));
      },
      [pii],
    );
    expect(await textOf(await relay.ask('Greet [NAME]'))).toBe('Hello Ann');
    await settle();
    const hit = await relay.ask('Greet [NAME]');
    expect(status(hit)).toBe('Hit');
    expect(await textOf(hit)).toBe('Hello Bob');
  });
});

describe('Cache-Control', () => {
  test('no-store neither serves nor keeps', async () => {
    const relay = await startCacheRelay();
    const headers = { 'cache-control': 'no-store' };
    expect(status(await relay.ask('What is a monad?', { headers }))).toBe('Bypass');
    await settle();
    expect(status(await relay.ask('What is a monad?'))).toBe('Miss');
  });

  test('no-cache asks the provider and keeps the new answer', async () => {
    const relay = await startCacheRelay({}, (exchange, asked) => {
      exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer ${asked}`));
    });
    await relay.ask('What is a monad?');
    await settle();
    const refreshed = await relay.ask('What is a monad?', { headers: { 'cache-control': 'no-cache' } });
    expect(status(refreshed)).toBe('Refresh');
    await settle();
    expect(await textOf(await relay.ask('What is a monad?'))).toBe('answer 2');
  });

  test('max-age bounds the age', async () => {
    const relay = await startCacheRelay();
    await relay.ask('What is a monad?');
    await settle();
    expect(status(await relay.ask('What is a monad?', { headers: { 'cache-control': 'max-age=100' } }))).toBe(
      'Hit',
    );
    expect(status(await relay.ask('What is a monad?', { headers: { 'cache-control': 'max-age=0' } }))).toBe(
      'Refresh',
    );
  });

  test('only-if-cached is 504 when nothing is', async () => {
    const relay = await startCacheRelay();
    const response = await relay.ask('What is a monad?', { headers: { 'cache-control': 'only-if-cached' } });
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'not_cached' } });
    expect(relay.asked).toHaveLength(0);
  });

  test('is not honoured when the operator does not want it', async () => {
    const relay = await startCacheRelay({ cache_control: false });
    await relay.ask('What is a monad?');
    await settle();
    expect(status(await relay.ask('What is a monad?', { headers: { 'cache-control': 'no-store' } }))).toBe(
      'Hit',
    );
  });
});

describe('age', () => {
  test('an old answer is served once more while a new one is fetched', async () => {
    const relay = await startCacheRelay({ cache_ttl: 1, stale_while_revalidate: 60 }, (exchange, asked) => {
      exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer ${asked}`));
    });
    await relay.ask('What is a monad?');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const stale = await relay.ask('What is a monad?');
    expect(status(stale)).toBe('Hit');
    expect(stale.headers.get('x-cache-ttl')).toBe('0');
    expect(await textOf(stale)).toBe('answer 1');
    await until(() => relay.asked.length === 2, 'the refresh');
    await settle();
    expect(await textOf(await relay.ask('What is a monad?'))).toBe('answer 2');
  });

  test('an old answer is served when the provider fails, and not when the client is at fault', async () => {
    let code: 'provider_error' | 'provider_rejected' = 'provider_error';
    const relay = await startCacheRelay({ cache_ttl: 1, stale_if_error: 60 }, (exchange, asked) => {
      if (asked > 1) throw new GatewayError(code);
      exchange.answer = WholeAnswer.ofJson(200, chatAnswer('answer 1'));
    });
    await relay.ask('What is a monad?');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const stale = await relay.ask('What is a monad?');
    expect([stale.status, status(stale), await textOf(stale)]).toEqual([200, 'Hit', 'answer 1']);
    code = 'provider_rejected';
    expect((await relay.ask('What is a monad?')).status).toBe(400);
  });
});

describe('dry run', () => {
  test('serves nothing and says what it would have served', async () => {
    const relay = await startCacheRelay({ dry_run: true });
    await relay.ask('What is a monad?');
    await settle();
    const second = await relay.ask('What is a monad?');
    expect(status(second)).toBe('Miss');
    expect(second.headers.get('x-cache-dry-run')).toMatch(
      /^Hit; tier=exact; similarity=1\.0000; key=[0-9a-f]{64}$/,
    );
    expect(relay.asked).toHaveLength(2);
    expect(JSON.stringify(relay.lines)).toContain('would have been served');
    expect(JSON.stringify(relay.lines)).not.toContain('monad');
  });
});

test('nobody gets an answer of another consumer, route or model', async () => {
  const relay = await startCacheRelay();
  await relay.ask('What is a monad?');
  await settle();
  const other = { ...ROUTE, consumer: { id: 'consumer-2' } };
  expect(status(await relay.ask('What is a monad?', { identity: other }))).toBe('Miss');
  expect(
    status(await relay.ask('What is a monad?', { identity: { ...ROUTE, route: { id: 'route-2' } } })),
  ).toBe('Miss');
  expect(status(await relay.ask('What is a monad?', { body: { model: 'other' } }))).toBe('Miss');
});
