// What is asked of the NER service, what of its answers counts, and what is said when it fails.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../kong/schema/index.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { nerClient } from '../../../plugins/pii-redact/ner.ts';
import { reply, startUpstream } from '../../support/upstream/index.ts';

const quiet = new AbortController().signal;
const found = (start: unknown, end: unknown, entity_type: unknown = 'PERSON', score: unknown = 0.9) => ({
  start,
  end,
  entity_type,
  score,
});

async function ask(
  answer: unknown,
  { texts = ['hello Zed'], config = {} as object, status = 200, signal = quiet } = {},
) {
  const service = await startUpstream();
  service.handle(reply(status, answer as string));
  const failures: string[] = [];
  const { ner } = parseConfig(piiRedactConfig, { ner: { url: `${service.url}/`, ...config } });
  const client = nerClient(ner!, (reason) => failures.push(reason));
  try {
    return { findings: await client.find(texts, signal), failures, requests: service.requests };
  } finally {
    await service.close();
  }
}

describe('the service is asked', () => {
  it('for the entities of the config', async () => {
    const { requests } = await ask([], { config: { entities: ['PERSON', 'NRP'] } });
    expect(requests[0]).toMatchObject({
      path: '/analyze',
      json: { text: 'hello Zed', entities: ['PERSON', 'NRP'] },
    });
  });

  it('for all when the config names none', async () => {
    const { requests } = await ask([]);
    expect(requests[0]!.json).not.toHaveProperty('entities');
  });

  it('about no text without two letters in a row', async () => {
    const { requests, findings } = await ask([found(0, 1)], { texts: ['', '12 a 3', '?!'] });
    expect(requests).toEqual([]);
    expect(findings).toEqual([[], [], []]);
  });

  it('about a text without a space in parts, never within a character', async () => {
    const long = `${'x'.repeat(16_383)}${'👋'.repeat(20_000)}ab`;
    const { requests } = await ask([], { texts: [long] });
    const parts = requests.map(({ json }) => (json as { text: string }).text);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map((part) => part.length).reduce((sum, length) => sum + length)).toBeLessThanOrEqual(
      long.length,
    );
    expect(parts.every((part) => Buffer.from(part).toString() === part)).toBe(true);
  });
});

describe('of its answer', () => {
  it('what is no finding does not count', async () => {
    const { findings } = await ask([
      null,
      'x',
      found('0', 3),
      found(0, 1.5),
      found(0, 3, 7),
      found(0, 3, 'has spaces'),
      found(0, 3, 'PERSON', '1'),
      found(-1, 3),
      found(5, 99),
      found(3, 3),
      found(0, 3, 'PERSON', 0.1),
      found(6, 9, 'person', 7),
    ]);
    expect(findings).toEqual([[{ start: 6, end: 9, type: 'PERSON', score: 1 }]]);
  });

  it('an entity that is unknown here keeps its name', async () => {
    const { findings } = await ask([found(6, 9, 'NRP')]);
    expect(findings).toEqual([[{ start: 6, end: 9, type: 'NRP', score: 0.9 }]]);
  });
});

describe('a failure', () => {
  it.each<[what: string, answer: unknown, status: number, reason: string]>([
    ['a status', {}, 500, 'status 500'],
    ['no JSON', '{"torn', 200, 'answer is not JSON'],
    ['no list', {}, 200, 'answer is no list'],
    ['too much', 'x'.repeat(4 * 1024 * 1024 + 1), 200, 'answer too large'],
  ])(
    '%s is named; the request goes on without when the config says so',
    async (_what, answer, status, reason) => {
      const { findings, failures } = await ask(answer, { status, config: { on_error: 'ignore' } });
      expect(findings).toEqual([[]]);
      expect(failures).toEqual([reason]);
    },
  );

  it('refuses the request otherwise, and does not quote the text', async () => {
    const error = await ask({}, { status: 500 }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      code: 'pii_detector_unavailable',
      cause: { message: 'NER service: status 500' },
    });
  });

  it('to reach it is one', async () => {
    const { ner } = parseConfig(piiRedactConfig, { ner: { url: 'http://127.0.0.1:1', on_error: 'ignore' } });
    const failures: string[] = [];
    await nerClient(ner!, (reason) => failures.push(reason)).find(['hello Zed'], quiet);
    expect(failures).toEqual(['cannot be reached']);
  });

  it('is none when the client has gone: the request ends', async () => {
    const gone = AbortSignal.abort(new Error('the client left'));
    await expect(ask([], { signal: gone, config: { on_error: 'ignore' } })).rejects.toThrow(
      'the client left',
    );
  });
});
