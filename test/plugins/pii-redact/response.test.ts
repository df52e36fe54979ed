// What the model says by itself, redacted whole and streamed.
import { describe, expect, it, vi } from 'vitest';
import type { ChannelEditor } from '../../../kong/llm/stream-edit.ts';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { Vault } from '../../../plugins/pii-redact/act/vault.ts';
import { textRedactor } from '../../../plugins/pii-redact/answer-redactor.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { makeSettings } from '../../../plugins/pii-redact/settings.ts';
import { ManualSource, streamOf } from '../../relay/relay.ts';
import { contentOf, piiRelay, says, streamedOf, streams } from './stage.ts';

const ANSWER = 'Write to press@corp.io or call +1 212 555 0100. Bye.';

it('a whole answer', async () => {
  const relay = await piiRelay(
    { direction: 'response' },
    says(() => ANSWER),
  );
  const response = await relay.chat('who? me@example.com');
  expect(relay.bodies[0]!.messages).toEqual([{ role: 'user', content: 'who? me@example.com' }]);
  expect(response.headers.get('x-ai-pii-redacted')).toBe('EMAIL_ADDRESS=1, PHONE_NUMBER=1');
  expect(await contentOf(response)).toBe('Write to <EMAIL_1> or call <PHONE_1>. Bye.');
  expect(relay.notes[0]!.pii).toEqual({
    request: {},
    response: { EMAIL_ADDRESS: 1, PHONE_NUMBER: 1 },
    blocked: false,
  });
});

it.each([1, 3, 10, 1000])('a stream in pieces of %i', async (size) => {
  const filler = 'this is a long and calm sentence without anything in it. '.repeat(12);
  const relay = await piiRelay(
    { direction: 'response' },
    streams(() => filler + ANSWER + filler + ANSWER, size),
  );
  const response = await relay.chat('who?', { stream: true });
  expect(await streamedOf(response)).toBe(
    `${filler}Write to <EMAIL_1> or call <PHONE_1>. Bye.${filler}Write to <EMAIL_1> or call <PHONE_1>. Bye.`,
  );
  expect(relay.notes[0]!.pii!.response).toEqual({ EMAIL_ADDRESS: 2, PHONE_NUMBER: 2 });
});

it.each(['whole', 'stream'])('both: the client’s own values come back, others do not: %s', async (kind) => {
  const text = (contents: string[]): string => `${contents[0]} is yours, press@corp.io is not.`;
  const relay = await piiRelay({ direction: 'both' }, kind === 'whole' ? says(text) : streams(text, 4));
  const response = await relay.chat('me@example.com', { stream: kind === 'stream' });
  const answer = kind === 'whole' ? await contentOf(response) : await streamedOf(response);
  expect(answer).toBe('me@example.com is yours, <EMAIL_2> is not.');
});

it('both, with synthetic values: they are no findings of the answer', async () => {
  const relay = await piiRelay(
    { direction: 'both', action: 'synthetic', secret: 'k' },
    streams((contents) => `Hi ${contents[0]}!`, 5),
  );
  const response = await relay.chat('bob@corp.io', { stream: true });
  expect(await streamedOf(response)).toBe('Hi bob@corp.io!');
});

describe('block', () => {
  it('a whole answer is refused', async () => {
    const relay = await piiRelay(
      { direction: 'response', action: 'block' },
      says(() => ANSWER),
    );
    const response = await relay.chat('who?');
    expect(response.status).toBe(502);
    const body = await response.text();
    expect(body).toContain('pii_answer_blocked');
    expect(body).toContain('EMAIL_ADDRESS (1)');
    expect(body).not.toContain('corp.io');
  });

  it('a stream ends with an error before the value', async () => {
    const relay = await piiRelay(
      { direction: 'response', action: 'block' },
      streams(() => `calm words. ${ANSWER}`, 6),
    );
    const response = await relay.chat('who?', { stream: true });
    const text = await response.text().catch(() => '');
    expect(text).not.toContain('corp.io');
    expect(text).not.toContain('[DONE]');
    expect(relay.notes[0]!.pii!.blocked).toBe(true);
  });
});

function redactor(detector = new Detector(), dryRun = false): ChannelEditor {
  const settings = makeSettings(parseConfig(piiRedactConfig, {}));
  return textRedactor({ detector, settings, vault: new Vault(settings), count: () => {}, dryRun });
}

/** The most characters that were held back at any time. */
function mostHeld(editor: ChannelEditor, text: string, size: number): number {
  let held = 0;
  let most = 0;
  for (let at = 0; at < text.length; at += size) {
    const piece = text.slice(at, at + size);
    held += piece.length - editor.push(piece).length;
    most = Math.max(most, held);
  }
  return most;
}

it('of a text no more is held back than it says', () => {
  const text = 'On Monday Anna and 3 of her Friends went to Rome, and Bob said: "So What?" '.repeat(50);
  const counting = (): ChannelEditor => redactor(new Detector(), true);
  expect(mostHeld(counting(), text, 5)).toBeLessThanOrEqual(256 + 5);
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ+/'.repeat(8_000)}`;
  expect(mostHeld(counting(), key, 50)).toBeLessThanOrEqual(16_384 + 50);
});

it('a key that is longer than what is held goes out replaced', () => {
  const editor = redactor();
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ+/'.repeat(2_100)}`;
  let given = '';
  for (let at = 0; at < key.length; at += 50) given += editor.push(key.slice(at, at + 50));
  given += editor.flush();
  expect(given).toMatch(/^<PRIVATE_KEY_1>/);
  expect(given).not.toContain('BEGIN');
});

it('a long value is not looked at again with each of its pieces', () => {
  const detector = new Detector();
  const find = vi.spyOn(detector, 'find');
  mostHeld(redactor(detector), `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ+/'.repeat(1_500)}`, 4);
  expect(find.mock.calls.length).toBeLessThan(60);
});

it('calm text is not held back', () => {
  const editor = redactor();
  expect(editor.push('these are calm wor')).toBe('these are calm ');
  expect(editor.push('ds, and ')).toBe('words, and ');
  expect(editor.push('then a@b')).toBe('then ');
  expect(editor.push('.org comes')).toBe('');
  expect(editor.flush()).toBe('<EMAIL_1> comes');
});

it.each([1, 2, 3, 7])('a secret among parameters ends where the next one begins, in pieces of %i', (size) => {
  const editor = redactor();
  const text =
    'Post token=a8Fk2x0Qp9ZtR4mN&user=bob or password="Ab9&user=12" or password=Ab9x&yz! now. '.repeat(4);
  let given = '';
  for (let at = 0; at < text.length; at += size) given += editor.push(text.slice(at, at + size));
  given += editor.flush();
  expect(given).toBe(
    'Post token=<SECRET_1>&user=bob or password="<PASSWORD_1>" or password=<PASSWORD_2> now. '.repeat(4),
  );
});

it('what an answer says twice is redacted twice and counted once', async () => {
  const relay = await piiRelay({ direction: 'response' }, (exchange) => {
    const text = 'ask press@corp.io';
    const reasoning_blocks = [{ text, signature: 's' }];
    const message = { role: 'assistant', content: 'Done.', reasoning_content: text, reasoning_blocks };
    const annotations = [{ type: 'url_citation', url_citation: { url: 'u', title: 'at +1 212 555 0100' } }];
    const choices = [{ index: 0, message: { ...message, annotations }, finish_reason: 'stop' }];
    exchange.answer = WholeAnswer.ofJson(200, {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices,
    });
  });
  const response = await relay.chat('who?');
  const text = await response.text();
  expect(text).not.toMatch(/press|555/);
  expect(text).toContain('"signature":"s"');
  expect(relay.notes[0]!.pii!.response).toEqual({ EMAIL_ADDRESS: 1, PHONE_NUMBER: 1 });
});

describe('log probabilities, which tell a text token by token', () => {
  const tokens = ['Write to ', 'press', '@corp', '.io', '.'];
  const logprobs = (said: string[]) => ({
    content: said.map((token) => ({
      token,
      logprob: -0.1,
      bytes: [...Buffer.from(token)],
      top_logprobs: [],
    })),
    refusal: null,
  });
  const head = { id: 'c', created: 1, model: 'm' };
  const bytesOf = (token: string): string => [...Buffer.from(token)].join(',');

  it('go with the text of a whole answer that is redacted, and stay with one that is not', async () => {
    const answer = (said: string[]) => ({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: said.join('') },
          logprobs: logprobs(said),
          finish_reason: 'stop',
        },
      ],
    });
    let said = tokens;
    const relay = await piiRelay({ direction: 'response' }, (exchange) => {
      exchange.answer = WholeAnswer.ofJson(200, answer(said));
    });
    const redacted = await (await relay.chat('who?', { logprobs: true })).text();
    expect(redacted).toContain('<EMAIL_1>');
    for (const leak of ['press', '@corp', bytesOf('press')]) expect(redacted).not.toContain(leak);
    said = ['Nothing ', 'here'];
    expect(await (await relay.chat('who?', { logprobs: true })).json()).toEqual(answer(said));
  });

  it('go with the texts of a stream', async () => {
    const relay = await piiRelay({ direction: 'response' }, (exchange) => {
      const source = new ManualSource();
      exchange.answer = streamOf(source)!;
      void source.started.then(() => {
        for (const token of tokens) {
          const choice = {
            index: 0,
            delta: { content: token },
            finish_reason: null,
            logprobs: logprobs([token]),
          };
          source.event({ ...head, object: 'chat.completion.chunk', choices: [choice] });
        }
        source.end();
      });
    });
    const text = await (await relay.chat('who?', { stream: true, logprobs: true })).text();
    expect(text).toContain('<EMAIL_1>');
    for (const leak of ['press', '@corp', bytesOf('press')]) expect(text).not.toContain(leak);
  });
});
