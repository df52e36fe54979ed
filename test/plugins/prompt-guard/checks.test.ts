// What external checks are told of a request, what of their answers counts, and what is said when they fail.
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { type CheckInput, jsonCall } from '../../../plugins/prompt-guard/checks/check.ts';
import { classifierCheck } from '../../../plugins/prompt-guard/checks/classifier.ts';
import { httpCheck } from '../../../plugins/prompt-guard/checks/http.ts';
import { moderationCheck } from '../../../plugins/prompt-guard/checks/moderation.ts';
import type { CheckConfig } from '../../../plugins/prompt-guard/config.ts';
import { blocks, note } from '../../../plugins/prompt-guard/verdict.ts';
import { type FakeUpstream, reply, startUpstream } from '../../support/upstream/index.ts';

let service: FakeUpstream;
const agent = new Agent();
beforeAll(async () => {
  service = await startUpstream();
});
beforeEach(() => service.clear());
afterAll(() => Promise.all([service.close(), agent.close()]));

const config = (more: object = {}): CheckConfig =>
  ({
    id: 'c',
    url: service.url,
    auth: { header_name: 'authorization' },
    timeout: 2_000,
    max_chars: 100,
    unsafe_pattern: '^unsafe',
    ...more,
  }) as CheckConfig;
const exchange = (identity: object = {}): Exchange =>
  ({
    id: 'r1',
    identity,
    signal: new AbortController().signal,
    sideCalls: [],
    notes: {},
  }) as unknown as Exchange;
const call = (more?: object) => jsonCall(config(more), agent);
const input = (...texts: string[]): CheckInput => ({
  direction: 'request',
  texts: texts.map((text) => ({ role: 'user', text })),
});

describe('a service of one’s own is told', () => {
  const asked = async (identity: object, texts: string[], more: object = {}): Promise<object> => {
    service.handle(reply(200, { verdict: 'allow' }));
    await httpCheck(config(more), call())(input(...texts), exchange(identity));
    return service.requests[0]!.json as object;
  };

  it('who asks for what, by name', async () => {
    const identity = {
      consumer: { id: 'c1', username: 'alice' },
      route: { id: 'r1', name: 'chat' },
      service: { id: 's1', name: 'llm' },
    };
    expect(await asked(identity, ['Hi'], { model: 'judge' })).toEqual({
      check: 'c',
      direction: 'request',
      request_id: 'r1',
      model: 'judge',
      consumer: 'alice',
      route: 'chat',
      service: 'llm',
      texts: [{ role: 'user', text: 'Hi' }],
    });
  });

  it('by id, what has no name', async () => {
    const identity = { consumer: { id: 'c1' }, route: { id: 'r1' }, service: { id: 's1' } };
    expect(await asked(identity, [])).toMatchObject({ consumer: 'c1', route: 'r1', service: 's1' });
  });

  it('the last texts that fit, the first of them cut at its beginning', async () => {
    const { texts } = (await asked({}, ['old', 'b'.repeat(60), 'c'.repeat(60)])) as CheckInput;
    expect(texts.map(({ text }) => text)).toEqual(['b'.repeat(40), 'c'.repeat(60)]);
    expect(await asked({}, ['b', 'c'.repeat(100)])).toMatchObject({ check: 'c' });
  });

  it('and must say allow, flag or block', async () => {
    service.handle(reply(200, { verdict: 'maybe' }));
    await expect(httpCheck(config(), call())(input('Hi'), exchange())).rejects.toThrow(
      'answered without a verdict: allow, flag or block',
    );
  });
});

describe('an answer that is none', () => {
  it.each<[what: string, answer: unknown, message: string]>([
    ['a list', [], 'did not answer with a JSON object'],
    ['null', 'null', 'did not answer with a JSON object'],
    ['no JSON', '<html>', 'did not answer with a JSON object'],
    ['without end', 'x'.repeat(1024 * 1024 + 1), 'answered too much'],
  ])('%s is a failure', async (_what, answer, message) => {
    service.handle(reply(200, answer as string));
    await expect(call()({}, exchange().signal)).rejects.toThrow(message);
  });

  it('a status is named', async () => {
    service.handle(reply(503, {}));
    await expect(call()({}, exchange().signal)).rejects.toThrow(/^answered 503$/);
  });

  it('and of a service that is not there, the reason', async () => {
    await expect(call({ url: 'http://127.0.0.1:1/' })({}, exchange().signal)).rejects.toThrow(
      'failed (ECONNREFUSED)',
    );
  });

  it('is no failure when the client has gone', async () => {
    const gone = AbortSignal.abort(new Error('the client left'));
    await expect(call()({}, gone)).rejects.toThrow(/^the client left$/);
  });

  it('of a moderation has results', async () => {
    service.handle(reply(200, { results: [] }));
    await expect(moderationCheck(config(), call())(input('Hi'), exchange())).rejects.toThrow(
      'answered without results',
    );
  });

  it.each([[{}], [{ choices: [{}] }], [{ choices: [{ message: { content: null } }] }]])(
    'of a classifier has a text: %j',
    async (answer) => {
      service.handle(reply(200, answer));
      const one = exchange();
      await expect(classifierCheck(config({ model: 'm' }), call())(input('Hi'), one)).rejects.toThrow(
        'answered without a verdict',
      );
      // It was asked, and what it used is not known.
      expect(one.sideCalls).toEqual([{ purpose: 'judge', provider: undefined, model: 'm' }]);
    },
  );
});

describe('a key', () => {
  it('is sent in its header when there is one', async () => {
    service.handle(reply(200, {}));
    await call({ auth: { header_name: 'x-key', header_value: 'k' } })({}, exchange().signal);
    await call()({}, exchange().signal);
    expect(service.requests.map(({ headers }) => headers['x-key'])).toEqual(['k', undefined]);
  });
});

describe('what is noted', () => {
  const match = (rule: string, score?: number) =>
    ({ rule, direction: 'request', action: 'flag', ...(score === undefined ? {} : { score }) }) as const;

  it('is each rule once, with its highest score, and the worst verdict', () => {
    const one = exchange();
    note(one, [match('a', 0.4), match('b'), match('c', 0.2)], 'flagged');
    note(one, [match('a', 0.3), match('b'), match('c', 0.77777)], 'blocked');
    note(one, [match('a')], 'allowed');
    expect(one.notes.guard).toEqual({
      verdict: 'blocked',
      matches: [
        { rule: 'a', direction: 'request', score: 0.4 },
        { rule: 'b', direction: 'request' },
        { rule: 'c', direction: 'request', score: 0.778 },
      ],
    });
    expect(blocks([match('a')])).toBeUndefined();
  });

  it('of both directions is noted for each', () => {
    const one = exchange();
    note(one, [match('a'), { ...match('a'), direction: 'response' }], 'flagged');
    expect(one.notes.guard?.matches).toHaveLength(2);
  });
});
