import { describe, expect, it } from 'vitest';
import type { Format } from '../../../kong/llm/format.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { ATTACK, startGuard } from './guard.ts';

const formatOf = (name: string): Format => ENDPOINTS.find(({ format }) => format.name === name)!.format;
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const user = (content: unknown) => ({ role: 'user', content });
const chat = (...messages: unknown[]) => ({ model: 'm', messages });

describe('by default', () => {
  it('an attack is refused, and the provider is not asked', async () => {
    const { error, passed, exchange } = await startGuard().ask(ATTACK);
    expect(passed).toBe(false);
    expect([error?.code, error?.status]).toEqual(['prompt_rejected', 400]);
    expect(exchange.notes.guard?.verdict).toBe('blocked');
    expect(exchange.notes.guard?.matches).toEqual([
      { rule: 'injection.override', direction: 'request', score: expect.closeTo(1, 1) },
    ]);
  });

  it('what is harmless passes as it was read', async () => {
    const { passed, exchange } = await startGuard().ask('What is the capital of Peru?');
    expect(passed).toBe(true);
    expect(JSON.parse(exchange.request.toBytes().toString())).toEqual(exchange.request.body);
    expect(exchange.notes.guard).toEqual({ verdict: 'allowed', matches: [] });
  });

  it('neither the prompt nor a score of a word is in the error or the log', async () => {
    const guard = startGuard();
    const { error } = await guard.ask(`${ATTACK} My secret is zebra77.`);
    expect(error?.message).not.toMatch(/zebra|instructions/);
    expect(JSON.stringify(guard.lines)).not.toMatch(/zebra|instructions/);
  });
});

describe('every part of a conversation', () => {
  it.each([
    [
      'text parts',
      chat(
        user([
          { type: 'text', text: 'Hello' },
          { type: 'text', text: ATTACK },
        ]),
      ),
    ],
    [
      'text beside an image',
      chat(
        user([
          { type: 'image_url', image_url: { url: PIXEL } },
          { type: 'text', text: ATTACK },
        ]),
      ),
    ],
    [
      'a tool’s result',
      chat(
        user('hi'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: ATTACK },
      ),
    ],
    [
      'a tool’s result in parts',
      chat(user('hi'), { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: ATTACK }] }),
    ],
    ['an earlier message', chat(user(ATTACK), { role: 'assistant', content: 'No.' }, user('Thanks'))],
  ])('is looked at: %s', async (_name, body) => {
    expect((await startGuard().run(body)).passed).toBe(false);
  });

  it('tool arguments are, when the assistant’s texts are', async () => {
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'f', arguments: JSON.stringify({ text: ATTACK }) },
    };
    const body = chat(
      user('hi'),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'ok' },
    );
    expect((await startGuard().run(body)).passed).toBe(true);
    expect((await startGuard({ roles: ['assistant'] }).run(body)).passed).toBe(false);
  });

  it.each([
    ['an image alone', chat(user([{ type: 'image_url', image_url: { url: PIXEL } }]))],
    ['audio', chat(user([{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }]))],
    ['a file', chat(user([{ type: 'file', file: { file_id: 'f' } }]))],
    ['an unknown part', chat(user([{ type: 'hologram', hologram: { a: 1 } }]))],
    ['no content', chat({ role: 'assistant', content: null, tool_calls: [] })],
    ['an empty text', chat(user(''))],
    [
      'a tool call',
      chat(
        user('hi'),
        {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"q":"weather"}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: '{"temperature":21}' },
      ),
    ],
  ])('is never refused for its shape: %s', async (_name, body) => {
    expect(await startGuard().run(body)).toMatchObject({ passed: true, error: undefined });
  });

  it('history: last looks at the last user message and what follows it', async () => {
    const guard = startGuard({ history: 'last' });
    expect(
      (await guard.run(chat(user(ATTACK), { role: 'assistant', content: 'No.' }, user('Thanks')))).passed,
    ).toBe(true);
    expect((await guard.run(chat(user('Hi'), user(ATTACK)))).passed).toBe(false);
    expect(
      (await guard.run(chat(user('Hi'), { role: 'tool', tool_call_id: 'c', content: ATTACK }))).passed,
    ).toBe(false);
  });

  it('a system prompt is looked at only when roles name it', async () => {
    const body = chat({ role: 'system', content: ATTACK }, user('Hi'));
    expect((await startGuard().run(body)).passed).toBe(true);
    expect((await startGuard({ roles: ['system', 'user'] }).run(body)).passed).toBe(false);
    expect((await startGuard({ injection: { roles: ['system'] } }).run(body)).passed).toBe(false);
  });
});

describe.each([
  ['anthropic', { model: 'm', max_tokens: 9, messages: [user([{ type: 'text', text: ATTACK }])] }],
  [
    'anthropic',
    {
      model: 'm',
      max_tokens: 9,
      messages: [user([{ type: 'tool_result', tool_use_id: 't', content: ATTACK }])],
    },
  ],
  ['openai-responses', { model: 'm', input: ATTACK }],
  [
    'openai-responses',
    { model: 'm', input: [{ type: 'function_call_output', call_id: 'c', output: ATTACK }] },
  ],
  ['gemini', { contents: [{ role: 'user', parts: [{ text: ATTACK }] }] }],
  ['openai-completions', { model: 'm', prompt: ATTACK }],
  ['openai-embeddings', { model: 'm', input: [ATTACK] }],
])('%s', (name, body) => {
  it(`is looked at: ${JSON.stringify(body).slice(0, 60)}`, async () => {
    const found = ENDPOINTS.filter(({ format }) => format.name.startsWith(name));
    expect(found.length, `formats: ${ENDPOINTS.map(({ format }) => format.name)}`).toBeGreaterThan(0);
    const { passed, error } = await startGuard().run(body, { format: formatOf(found[0]!.format.name) });
    expect([passed, error?.code]).toEqual([false, 'prompt_rejected']);
  });
});

describe('rules', () => {
  const off = { injection: { enabled: false } };

  it('a phrase is found whatever its case, accents and punctuation, but not inside of words', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'x', phrase: 'Projekt Über' }] });
    expect((await guard.ask('what about PROJEKT -- uber?')).passed).toBe(false);
    expect((await guard.ask('projekt uberall')).passed).toBe(true);
  });

  it('a star in a phrase ends a stem', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'x', phrase: 'acquir* contoso' }] });
    expect((await guard.ask('Are we acquiring Contoso?')).passed).toBe(false);
    expect((await guard.ask('Contoso acquires')).passed).toBe(true);
  });

  it('deny wins over allow', async () => {
    const guard = startGuard({
      ...off,
      allow: [{ id: 'a', pattern: '(?i)weather' }],
      deny: [{ id: 'd', phrase: 'nuclear' }],
    });
    expect((await guard.ask('How is the weather?')).passed).toBe(true);
    expect((await guard.ask('How is the nuclear weather?')).passed).toBe(false);
  });

  it('with an allow list the last user message must match', async () => {
    const guard = startGuard({ ...off, allow: [{ id: 'a', pattern: '(?i)weather' }] });
    const { passed, exchange } = await guard.ask('Tell me a joke');
    expect([passed, exchange.notes.guard?.matches[0]?.rule]).toEqual([false, 'allow']);
    const body = chat(
      user('How is the weather?'),
      { role: 'assistant', content: 'Fine' },
      user('And a bomb?'),
    );
    expect((await guard.run(body)).passed).toBe(false);
  });

  it('a rule looks at its own roles', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'd', phrase: 'banana', roles: ['system'] }] });
    expect((await guard.ask('banana')).passed).toBe(true);
    expect((await guard.run(chat({ role: 'system', content: 'Banana!' }, user('Hi')))).passed).toBe(false);
  });

  it('flag lets pass, and is noted', async () => {
    const { passed, exchange } = await startGuard({
      ...off,
      deny: [{ id: 'd', phrase: 'banana', action: 'flag' }],
    }).ask('banana');
    expect(passed).toBe(true);
    expect(exchange.notes.guard).toEqual({
      verdict: 'flagged',
      matches: [{ rule: 'd', direction: 'request' }],
    });
  });

  it('redact takes all matches out of what the provider gets', async () => {
    const guard = startGuard({
      ...off,
      deny: [
        { id: 'p', pattern: 'ticket-\\d+', action: 'redact' },
        { id: 'w', phrase: 'blue falcon', action: 'redact' },
      ],
    });
    const { sent } = await guard.ask(
      'Ticket ticket-77 and ticket-8 are about Ｂｌｕｅ fal\u200bcon, see ticket-9.',
    );
    expect((sent!.messages as { content: string }[])[0]!.content).toBe(
      'Ticket [redacted] and [redacted] are about [redacted], see [redacted].',
    );
  });

  it('redact cuts an attack out of a text', async () => {
    const guard = startGuard({ injection: { action: 'redact' } });
    const letter =
      'Dear Anna, the roof is repaired and the painters come on Monday. We need the keys by then.';
    const { sent, exchange } = await guard.ask(`${letter} ${ATTACK} ${letter}`);
    const { content } = (sent!.messages as { content: string }[])[0]!;
    expect(content).toContain('[redacted]');
    expect(content).not.toContain('previous instructions');
    expect(exchange.notes.guard?.verdict).toBe('flagged');
  });

  it('what stands at a border between pieces of a long text matches once and whole', async () => {
    const guard = startGuard({
      ...off,
      deny: [
        { id: 'whole', pattern: '^only this$' },
        { id: 'cut', pattern: 'key-\\d{6}', action: 'redact' },
      ],
    });
    const text = `${'x '.repeat(2990)}key-123456 ${'y '.repeat(4000)}only this`;
    const { sent, passed } = await guard.ask(text);
    expect(passed).toBe(true);
    expect((sent!.messages as { content: string }[])[0]!.content).toBe(
      text.replace('key-123456', '[redacted]'),
    );
  });
});

describe('rejection', () => {
  const deny = [
    { id: 'no-bananas', phrase: 'banana' },
    { id: 'no-fruit', phrase: 'fruit', action: 'flag' },
  ];

  it('none only logs', async () => {
    const guard = startGuard({ deny, rejection: 'none' });
    const { passed, exchange } = await guard.ask('banana fruit');
    expect([passed, exchange.notes.guard?.verdict]).toEqual([true, 'flagged']);
    expect(guard.lines).toContainEqual(expect.objectContaining({ verdict: 'flagged', would: 'block' }));
  });

  it('quiet tells the message alone, with the status of the config', async () => {
    const { error } = await startGuard({ deny, status: 403, message: 'Not here.' }).ask('banana fruit');
    expect([error?.status, error?.message]).toEqual([403, 'Not here.']);
  });

  it('verbose names the rules', async () => {
    const { error } = await startGuard({ deny, rejection: 'verbose', message: 'Not here.' }).ask(
      'banana fruit',
    );
    expect(error?.message).toBe('Not here. (no-bananas, no-fruit)');
  });

  it('a rule’s own message wins', async () => {
    const { error } = await startGuard({ deny: [{ id: 'b', phrase: 'banana', message: 'No fruit.' }] }).ask(
      'banana',
    );
    expect(error?.message).toBe('No fruit.');
  });

  it('the text is logged only on request', async () => {
    const quiet = startGuard({ deny });
    const open = startGuard({ deny, log_blocked_content: true });
    await quiet.ask('banana zebra');
    await open.ask('banana zebra');
    expect(JSON.stringify(quiet.lines)).not.toContain('zebra');
    expect(JSON.stringify(open.lines)).toContain('zebra');
  });

  it('is counted by rule', async () => {
    const guard = startGuard({ deny });
    await guard.ask('banana');
    await guard.ask('banana');
    const metrics = await guard.metrics.registry.metrics();
    expect(metrics).toContain(
      'kong_ai_guard_matches_total{rule="no-bananas",direction="request",action="block"} 2',
    );
    expect(metrics).toContain('kong_ai_guard_verdicts_total{direction="request",verdict="blocked"} 2');
  });
});
