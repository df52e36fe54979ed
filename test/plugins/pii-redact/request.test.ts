// What a provider gets to see, and what a client gets back.
import { describe, expect, it } from 'vitest';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { contentOf, piiRelay, says, streamedOf, streams } from './stage.ts';

const echo = says((contents) => `You wrote: ${contents.at(-1)}`);

it('a provider sees placeholders, a client sees values', async () => {
  const relay = await piiRelay({}, echo);
  const response = await relay.chat(
    'Mail john.doe@example.com or call +1 212 555 0100, john.doe@example.com is best.',
  );
  expect(relay.bodies[0]!.messages).toEqual([
    { role: 'user', content: 'Mail <EMAIL_1> or call <PHONE_1>, <EMAIL_1> is best.' },
  ]);
  expect(response.headers.get('x-ai-pii-redacted')).toBe('EMAIL_ADDRESS=2, PHONE_NUMBER=1');
  expect(await contentOf(response)).toBe(
    'You wrote: Mail john.doe@example.com or call +1 212 555 0100, john.doe@example.com is best.',
  );
  expect(relay.notes).toEqual([
    { pii: { request: { EMAIL_ADDRESS: 2, PHONE_NUMBER: 1 }, response: {}, blocked: false } },
  ]);
});

it.each([1, 2, 3, 7, 50])('a stream in pieces of %i is restored', async (size) => {
  const relay = await piiRelay(
    {},
    streams((contents) => `Dear ${contents[0]}, < & "ok" <b>`, size),
  );
  const response = await relay.chat('jane@example.org and +44 20 7946 0958', { stream: true });
  expect(await streamedOf(response)).toBe('Dear jane@example.org and +44 20 7946 0958, < & "ok" <b>');
});

it('the same value is the same token in all messages, the system prompt, tool calls and their results', async () => {
  const relay = await piiRelay({}, echo);
  await relay.post('/v1/chat/completions', {
    model: 'm',
    messages: [
      { role: 'system', content: 'The admin is root@example.com.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'I am bob@example.com' },
          { type: 'text', text: 'admin is root@example.com' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c',
            type: 'function',
            function: { name: 'f', arguments: '{"to": "bob@example.com", "n": 3, "phone": 2125550100}' },
          },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'c',
        content: '{"ok":true,"cc":["root@example.com"],"ssn":"536-22-1234"}',
      },
      { role: 'user', content: 'thanks' },
    ],
  });
  const [body] = relay.bodies as [
    { messages: { content: unknown; tool_calls: { function: { arguments: string } }[] }[] },
  ];
  expect(body.messages[0]!.content).toBe('The admin is <EMAIL_1>.');
  expect(body.messages[1]!.content).toEqual([
    { type: 'text', text: 'I am <EMAIL_2>' },
    { type: 'text', text: 'admin is <EMAIL_1>' },
  ]);
  expect(body.messages[2]!.tool_calls[0]!.function.arguments).toBe(
    '{"to": "<EMAIL_2>", "n": 3, "phone": "<PHONE_1>"}',
  );
  expect(body.messages[3]!.content).toBe('{"ok":true,"cc":["<EMAIL_1>"],"ssn":"<US_SSN_1>"}');
});

it('the numbers of tokens stay as a conversation grows', async () => {
  const relay = await piiRelay({}, echo);
  const first = { role: 'user', content: 'a@example.com then b@example.com' };
  await relay.post('/v1/chat/completions', { model: 'm', messages: [first] });
  await relay.post('/v1/chat/completions', {
    model: 'm',
    messages: [
      first,
      { role: 'assistant', content: 'b@example.com ok' },
      { role: 'user', content: 'c@example.com, a@example.com' },
    ],
  });
  const contents = (relay.bodies[1]!.messages as { content: string }[]).map(({ content }) => content);
  expect(contents).toEqual(['<EMAIL_1> then <EMAIL_2>', '<EMAIL_2> ok', '<EMAIL_3>, <EMAIL_1>']);
});

it('a value that was recognised once is replaced everywhere', async () => {
  const relay = await piiRelay({}, echo);
  await relay.chat('My account number is 00123498. Is 00123498 blocked? Not 00123498x.');
  expect(relay.bodies[0]!.messages).toEqual([
    {
      role: 'user',
      content: 'My account number is <BANK_ACCOUNT_1>. Is <BANK_ACCOUNT_1> blocked? Not 00123498x.',
    },
  ]);
});

it('what looks like a token already is left, and not given out', async () => {
  const relay = await piiRelay({}, echo);
  const text = 'The template has <EMAIL_1> and PHONE_1; mine is me@example.com, +1 212 555 0100';
  const response = await relay.chat(text);
  expect(relay.bodies[0]!.messages).toEqual([
    { role: 'user', content: 'The template has <EMAIL_1> and PHONE_1; mine is <EMAIL_2>, <PHONE_2>' },
  ]);
  expect(await contentOf(response)).toBe(`You wrote: ${text}`);
});

it('a body without findings goes on as it was read, without a header', async () => {
  let sent = '';
  const relay = await piiRelay({}, (exchange) => {
    sent = exchange.request.toBytes().toString();
    return echo(exchange);
  });
  const response = await relay.chat('Hello?');
  expect(JSON.parse(sent).messages).toEqual([{ role: 'user', content: 'Hello?' }]);
  expect(response.headers.has('x-ai-pii-redacted')).toBe(false);
});

// JSON may name a key twice, and readers differ in which one counts.
it('what the provider reads is what was looked at, also when a key was named twice', async () => {
  let sent = '';
  const relay = await piiRelay({}, (exchange) => {
    sent = exchange.request.toBytes().toString();
    return echo(exchange);
  });
  const body = '{"model":"m","messages":[{"role":"user","content":"a@b.example","content":"Hello?"}]}';
  await relay.post('/v1/chat/completions', body);
  expect(sent).not.toContain('a@b.example');
});

it('texts for embeddings are redacted', async () => {
  const relay = await piiRelay({}, (exchange) => {
    exchange.answer = WholeAnswer.ofJson(200, { object: 'list', data: [], model: 'm' });
  });
  await relay.post('/v1/embeddings', { model: 'm', input: ['mail a@example.com', 'plain'] });
  expect(relay.bodies[0]!.input).toEqual(['mail <EMAIL_1>', 'plain']);
});

it('Anthropic’s requests are redacted in their own shape', async () => {
  const relay = await piiRelay({}, (exchange) => {
    exchange.answer = WholeAnswer.ofJson(200, {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'tool_use', id: 't', name: 'send', input: { to: '<EMAIL_1>' } }],
      stop_reason: 'tool_use',
      usage: {},
    });
  });
  const response = await relay.post('/v1/messages', {
    model: 'm',
    max_tokens: 5,
    system: 'Owner: o@example.com',
    messages: [
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'from o@example.com' }] },
    ],
  });
  expect(relay.bodies[0]).toMatchObject({
    system: 'Owner: <EMAIL_1>',
    messages: [{ content: [{ content: 'from <EMAIL_1>' }] }],
  });
  expect(await response.json()).toMatchObject({ content: [{ input: { to: 'o@example.com' } }] });
});

it('the fields of a form are redacted too', async () => {
  const relay = await piiRelay({}, echo);
  const field = (name: string, value: string): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const form = `${field('model', 'm')}${field('prompt', 'Ask ann@example.com')}--b--\r\n`;
  await relay.post('/v1/audio/transcriptions', form, 'multipart/form-data; boundary=b');
  expect(relay.sent[0]).toContain('Ask <EMAIL_1>');
  expect(relay.sent[0]).not.toContain('ann@example.com');
});

describe('actions', () => {
  const sent = async (config: Record<string, unknown>, text: string): Promise<string> => {
    const relay = await piiRelay(config, echo);
    await relay.chat(text);
    return (relay.bodies[0]!.messages as { content: string }[])[0]!.content;
  };

  it('mask keeps some characters and the shape', async () => {
    expect(await sent({ action: 'mask' }, 'card 4111 1111 1111 1234')).toBe('card **** **** **** 1234');
    expect(
      await sent({ action: 'mask', mask: { keep_first: 2, keep_last: 0, char: '#' } }, 'call (212) 555-0199'),
    ).toBe('call (21#) ###-####');
    expect(await sent({ action: 'mask', mask: { keep_last: 99 } }, 'at 203.0.113.77')).toBe(
      'at ***.*.*13.77',
    );
  });

  it('hash is the same in all requests, and another with another secret', async () => {
    const [one, two, other] = await Promise.all([
      sent({ action: 'hash', secret: 'k1' }, 'a@example.com'),
      sent({ action: 'hash', secret: 'k1' }, 'to a@example.com'),
      sent({ action: 'hash', secret: 'k2' }, 'a@example.com'),
    ]);
    expect(one).toMatch(/^<EMAIL:[0-9a-f]{12}>$/);
    expect(two).toBe(`to ${one}`);
    expect(other).not.toBe(one);
  });

  it('by entity and by group, and allow lets pass', async () => {
    const entities = [
      { entity: 'email', action: 'allow' },
      { entity: 'secret', action: 'mask', keep_last: 0 },
      { entity: 'PHONE_NUMBER', action: 'hash' },
    ];
    const text = 'a@example.com, +1 212 555 0100, password: Hunter22';
    expect(await sent({ entities, secret: 'k' }, text)).toMatch(
      /^a@example\.com, <PHONE:[0-9a-f]{12}>, password: \*{8}$/,
    );
  });

  it('synthetic values are restored', async () => {
    const relay = await piiRelay({ action: 'synthetic', secret: 'k' }, echo);
    const text = 'I am Anna Schmidt, anna.schmidt@firma.de, 212-736-5000, SWIFT code BNPAFRPP';
    expect(await contentOf(await relay.chat(text))).toBe(`You wrote: ${text}`);
    const [{ content }] = relay.bodies[0]!.messages as [{ content: string }];
    expect(content).toMatch(/@example\.(com|net|org), \d{3}-555-01\d\d, SWIFT code <SWIFT_1>$/);
    expect(content).not.toMatch(/Anna|Schmidt|firma/i);
  });

  it('block refuses with entities and counts, never with values', async () => {
    const relay = await piiRelay({ entities: [{ entity: 'US_SSN', action: 'block' }] }, echo);
    const response = await relay.chat('SSN 536-22-1234 and 536-22-1235, a@example.com');
    expect(response.status).toBe(400);
    const body = await response.text();
    expect(JSON.parse(body).error).toMatchObject({ code: 'pii_blocked', type: 'invalid_request_error' });
    expect(body).toContain('US_SSN (2)');
    expect(body).not.toMatch(/536|example/);
    expect(relay.bodies).toEqual([]);
    expect(relay.notes[0]!.pii).toMatchObject({ blocked: true, request: { US_SSN: 2, EMAIL_ADDRESS: 1 } });
  });
});

describe('settings', () => {
  it('min_score by entity', async () => {
    const relay = await piiRelay({ entities: [{ entity: 'LOCATION', min_score: 0.1 }] }, echo);
    await relay.chat('weather in Paris');
    expect(relay.bodies[0]!.messages).toEqual([{ role: 'user', content: 'weather in <LOCATION_1>' }]);
  });

  it('allow lists', async () => {
    const relay = await piiRelay(
      { allow_list: ['Support@Example.com'], allow_patterns: ['.*@acme\\.org'] },
      echo,
    );
    await relay.chat('support@example.com, bob@acme.org, me@example.com');
    expect(relay.bodies[0]!.messages).toEqual([
      { role: 'user', content: 'support@example.com, bob@acme.org, <EMAIL_1>' },
    ]);
  });

  it('own patterns and dictionaries', async () => {
    const relay = await piiRelay(
      {
        patterns: [{ entity: 'EMPLOYEE_ID', regex: 'E-\\d{5}' }],
        dictionaries: [{ entity: 'PROJECT', values: ['Blue Moon'] }],
        entities: [{ entity: 'PROJECT', action: 'mask', keep_last: 0 }],
      },
      echo,
    );
    await relay.chat('E-12345 works on blue moon, not on blue moons');
    expect(relay.bodies[0]!.messages).toEqual([
      { role: 'user', content: '<EMPLOYEE_ID_1> works on **** ****, not on blue moons' },
    ]);
  });

  it('dry_run changes and refuses nothing, and counts', async () => {
    const relay = await piiRelay({ dry_run: true, action: 'block', attachments: 'block' }, echo);
    const response = await relay.chat('me@example.com');
    expect(relay.bodies[0]!.messages).toEqual([{ role: 'user', content: 'me@example.com' }]);
    expect(response.headers.get('x-ai-pii-redacted')).toBe('EMAIL_ADDRESS=1');
  });

  it('without restore and header', async () => {
    const relay = await piiRelay({ restore: false, report_header: false }, echo);
    const response = await relay.chat('me@example.com');
    expect(response.headers.has('x-ai-pii-redacted')).toBe(false);
    expect(await contentOf(response)).toBe('You wrote: <EMAIL_1>');
  });

  it('attachments are passed, stripped or refused', async () => {
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ];
    const pass = await piiRelay({}, echo);
    await pass.chat(content);
    expect((pass.bodies[0]!.messages as { content: unknown[] }[])[0]!.content).toHaveLength(2);
    const strip = await piiRelay({ attachments: 'strip' }, echo);
    await strip.chat(content);
    expect((strip.bodies[0]!.messages as { content: unknown[] }[])[0]!.content).toEqual([
      { type: 'text', text: 'look' },
    ]);
    const block = await piiRelay({ attachments: 'block' }, echo);
    const response = await block.chat(content);
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      400,
      'pii_attachment_blocked',
    ]);
  });

  it.each([
    [{ action: 'hash' }, /secret/],
    [{ entities: [{ entity: 'EMIAL', action: 'mask' }] }, /EMIAL/],
    [{ entities: [{ entity: 'email' }, { entity: 'EMAIL_ADDRESS' }] }, /entities\[1\].*twice/],
    [{ patterns: [{ entity: 'X', regex: '(a' }] }, /patterns\[0\]/],
    [{ dictionaries: [{ entity: 'X', file: '/nowhere/at/all' }] }, /dictionaries\[0\]\.file/],
  ])('%j is refused with the field', async (config, named) => {
    const relay = await piiRelay(config, echo);
    expect((await relay.chat('x')).status).toBe(500);
    expect(JSON.stringify(relay.lines)).toMatch(named);
  });
});
