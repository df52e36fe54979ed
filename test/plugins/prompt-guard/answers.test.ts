import { describe, expect, it, vi } from 'vitest';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { TextRules } from '../../../plugins/prompt-guard/rules/text-rules.ts';
import { ATTACK, startGuard, streamThrough, wholeBody } from './guard.ts';

const HELLO = { model: 'm', messages: [{ role: 'user', content: 'Hello?' }] };
const off = { injection: { enabled: false } };
const whole = (text: string) => ({ answer: WholeAnswer.ofJson(200, wholeBody(text)) });

describe('a whole answer', () => {
  it('that a rule matches is withheld', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'd', phrase: 'blue falcon', target: 'response' }] });
    const { error, exchange } = await guard.run(HELLO, whole('It is Blue Falcon.'));
    expect(error?.code).toBe('answer_rejected');
    expect(exchange.notes.guard).toEqual({
      verdict: 'blocked',
      matches: [{ rule: 'd', direction: 'response' }],
    });
    expect((await guard.ask('blue falcon')).passed).toBe(true);
  });

  it('is redacted', async () => {
    const guard = startGuard({
      ...off,
      deny: [{ id: 'd', pattern: 'sk-\\w+', target: 'both', action: 'redact' }],
    });
    const { exchange } = await guard.run(HELLO, whole('Use sk-abc123 here.'));
    const { body } = exchange.answer as WholeAnswer;
    expect(JSON.stringify(body)).toContain('Use [redacted] here.');
  });

  it('goes through the detector when its target says so', async () => {
    const guard = startGuard({ injection: { target: 'both' } });
    expect((await guard.run(HELLO, whole(ATTACK))).error?.code).toBe('answer_rejected');
    expect((await startGuard().run(HELLO, whole(ATTACK))).error).toBeUndefined();
  });

  it('must match an allow list for answers', async () => {
    const guard = startGuard({ ...off, allow: [{ id: 'a', pattern: '(?i)degrees', target: 'response' }] });
    expect((await guard.run(HELLO, whole('21 degrees'))).error).toBeUndefined();
    expect((await guard.run(HELLO, whole('A joke'))).error?.code).toBe('answer_rejected');
  });

  it('that is an error of the provider passes', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'd', phrase: 'banana', target: 'response' }] });
    const answer = WholeAnswer.ofJson(500, wholeBody('banana'));
    expect((await guard.run(HELLO, { answer })).error).toBeUndefined();
  });
});

describe('a streamed answer', () => {
  const deny = [{ id: 'd', phrase: 'blue falcon', target: 'response' }];
  const text = 'The project is called Blue Falcon and it is secret.';

  it('torn at every boundary never shows what is denied, and the provider is stopped', async () => {
    for (let first = 0; first <= text.length; first++) {
      for (const second of [first, first + 1, first + 7]) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const seen = await streamThrough(startGuard({ ...off, deny }), pieces);
        expect(seen.text.toLowerCase(), `torn at ${first}`).not.toContain('blue f');
        expect(seen).toMatchObject({ ended: false, cancelled: true });
        expect(seen.error?.code).toBe('answer_rejected');
        expect(seen.exchange.notes.guard?.verdict).toBe('blocked');
      }
    }
  });

  it('character by character is redacted as it would be whole', async () => {
    const guard = startGuard({
      ...off,
      deny: [
        { id: 'p', pattern: 'ticket-\\d{1,4}', action: 'redact', target: 'response' },
        { id: 'w', phrase: 'blue falcon', action: 'redact', target: 'response' },
      ],
    });
    const answer = 'See ticket-12, ticket-3456 and blue  falcon. Bye ticket-7';
    const seen = await streamThrough(guard, [...answer]);
    expect(seen.text).toBe('See [redacted], [redacted] and [redacted]. Bye [redacted]');
    expect(seen.ended).toBe(true);
  });

  it('an attack torn at every boundary is found by the detector', async () => {
    const answer = `Sure. ${ATTACK}`;
    for (let at = 0; at <= answer.length; at += 1) {
      const seen = await streamThrough(startGuard({ injection: { target: 'response' } }), [
        answer.slice(0, at),
        answer.slice(at),
      ]);
      expect(seen.error?.code, `torn at ${at}`).toBe('answer_rejected');
      expect(seen.text).not.toContain('reveal');
    }
  });

  it('is held back by no more than the longest match', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'p', pattern: 'secret-\\d{4}', target: 'response' }] });
    const answer = 'a harmless text that goes on and on without any of that '.repeat(5);
    const seen = await streamThrough(guard, [...answer]);
    for (const [i, length] of seen.after.entries()) expect(i + 1 - length).toBeLessThanOrEqual(15);
    expect(seen.text).toBe(answer);
  });

  it('is held back by stream_window for a pattern without a longest match', async () => {
    const guard = startGuard({
      ...off,
      stream_window: 40,
      deny: [{ id: 'p', pattern: 'secret.*end', target: 'response' }],
    });
    const answer = 'x'.repeat(200);
    const seen = await streamThrough(guard, [...answer]);
    for (const [i, length] of seen.after.entries()) expect(i + 1 - length).toBeLessThanOrEqual(40);
    expect(seen.text).toBe(answer);
  });

  it('is looked at in steps, not for every token', async () => {
    const find = vi.spyOn(TextRules.prototype, 'find');
    const guard = startGuard({
      ...off,
      deny: [{ id: 'p', pattern: 'secret.*end', target: 'response' }],
    });
    await streamThrough(guard, [...'a long answer without it '.repeat(40)]);
    expect(find.mock.calls.length).toBeLessThanOrEqual(25);
    find.mockRestore();
  });

  it('is not held back when nothing looks at answers', async () => {
    const seen = await streamThrough(startGuard(), [...'Hello there']);
    expect(seen.after).toEqual([...'Hello there'].map((_, i) => i + 1));
  });

  it('a match that may still grow waits for its end', async () => {
    const guard = startGuard({ ...off, deny: [{ id: 'w', pattern: '\\bkill\\b', target: 'response' }] });
    expect((await streamThrough(guard, ['They ki', 'll', 'ed time.'])).text).toBe('They killed time.');
    expect((await streamThrough(guard, ['They ki', 'll', ' time.'])).error?.code).toBe('answer_rejected');
    expect((await streamThrough(guard, ['They ki', 'll'])).error?.code).toBe('answer_rejected');
  });

  it('flagged passes and is noted once', async () => {
    const guard = startGuard({
      ...off,
      deny: [{ id: 'w', phrase: 'banana', action: 'flag', target: 'response' }],
    });
    const seen = await streamThrough(guard, [...'banana banana banana']);
    expect([seen.text, seen.ended]).toEqual(['banana banana banana', true]);
    expect(seen.exchange.notes.guard?.matches).toEqual([{ rule: 'w', direction: 'response' }]);
    expect(guard.lines.filter(({ msg }) => msg === 'guard matched')).toHaveLength(1);
  });

  it('passes from the moment that an allow rule matches', async () => {
    const guard = startGuard({ ...off, allow: [{ id: 'a', phrase: 'degrees', target: 'response' }] });
    const seen = await streamThrough(guard, ['It is 21 ', 'degrees ', 'today']);
    expect([seen.text, seen.ended]).toEqual(['It is 21 degrees today', true]);
    const other = await streamThrough(guard, ['A joke', ' goes here']);
    expect([other.text, other.error?.code]).toEqual(['', 'answer_rejected']);
  });

  it('with rejection none is only logged', async () => {
    const seen = await streamThrough(startGuard({ ...off, deny, rejection: 'none' }), [...text]);
    expect([seen.text, seen.ended]).toEqual([text, true]);
    expect(seen.exchange.notes.guard?.verdict).toBe('flagged');
  });
});
