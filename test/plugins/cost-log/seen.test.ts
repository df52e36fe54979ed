// What is seen of a request and its stream, what of its texts is kept, and what is counted of its record.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../../kong/llm/format.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import { EventStream, type StreamSink } from '../../../kong/llm/stream.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { Charges, limitOf } from '../../../plugins/cost-log/budgets/budget.ts';
import type { BudgetConfig } from '../../../plugins/cost-log/config.ts';
import { Tally } from '../../../plugins/cost-log/node/tally.ts';
import { clip } from '../../../plugins/cost-log/record/clip.ts';
import { observeAnswer } from '../../../plugins/cost-log/record/observe.ts';
import { requestText, responseText } from '../../../plugins/cost-log/record/payload.ts';
import type { CostRecord } from '../../../plugins/cost-log/record/schema.ts';
import { encodeFrame } from '../../../plugins/cost-log/spool/frame.ts';
import { SpoolReader } from '../../../plugins/cost-log/spool/reader.ts';
import { listSegments } from '../../../plugins/cost-log/spool/segments.ts';
import { tempFolder } from './support.ts';

describe('a text that is kept', () => {
  const redact = (text: string): string => text.replaceAll('jo@corp.io', '<EMAIL>');
  const ask = (...contents: string[]) =>
    ({
      format: openaiChat,
      request: { body: { messages: contents.map((content) => ({ role: 'user', content })) } },
    }) as unknown as Exchange;

  it('is cut, and never within a character', () => {
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('abcd', 3)).toBe('abc');
    expect(clip('ab👋', 3)).toBe('ab');
    expect(clip('ab👋d', 4)).toBe('ab👋');
  });

  it('of a request has its roles, without personal values', () => {
    expect(requestText(ask('Hi', 'I am jo@corp.io'), { maxChars: 1_000, redact })).toBe(
      'user: Hi\nuser: I am <EMAIL>',
    );
  });

  it('that is too long loses what its cut may have torn', () => {
    const text = requestText(ask(`${'word '.repeat(40)}\njo@corp.io and more`), { maxChars: 215, redact });
    expect(text).toMatch(/^user: (word )+\n?…$/);
    expect(text).not.toContain('jo@');
  });

  it('of an answer is that of its stream, or of the whole of it, or none', () => {
    const rules = { maxChars: 100, redact };
    const answer = {
      kind: 'whole',
      body: { choices: [{ message: { role: 'assistant', content: 'Mail jo@corp.io' } }] },
    };
    const exchange = (more: object) => ({ format: openaiChat, ...more }) as unknown as Exchange;
    expect(responseText(exchange({ answer }), 'streamed to jo@corp.io', rules)).toBe('streamed to <EMAIL>');
    expect(responseText(exchange({ answer }), undefined, rules)).toBe('Mail <EMAIL>');
    expect(responseText(exchange({ answer: { kind: 'stream' } }), undefined, rules)).toBeUndefined();
    expect(responseText(exchange({}), undefined, rules)).toBeUndefined();
  });

  it('twice in a body is kept once', () => {
    const repeating = {
      ...openaiChat,
      request: {
        ...openaiChat.request,
        texts: () => [
          { role: 'user', text: 'a' },
          { role: 'user', text: 'b', repeat: true },
        ],
      },
      answer: { ...openaiChat.answer, texts: () => [{ text: 'c' }, { text: 'd', repeat: true }] },
    } as unknown as Format;
    const exchange = {
      format: repeating,
      request: { body: {} },
      answer: { kind: 'whole', body: {} },
    } as unknown as Exchange;
    expect(requestText(exchange, { maxChars: 100, redact })).toBe('user: a');
    expect(responseText(exchange, undefined, { maxChars: 100, redact })).toBe('c');
  });
});

describe('of a stream', () => {
  function observed(maxChars: number) {
    let sink: StreamSink | undefined;
    const stream = new EventStream({
      start(into) {
        sink = into;
      },
      pause() {},
      resume() {},
      cancel() {},
    });
    const seen = observeAnswer(
      { answer: { kind: 'stream', stream }, format: openaiChat } as never,
      maxChars,
    )!;
    const passed: string[] = [];
    stream.start({ event: ({ data }) => passed.push(data), end() {}, fail() {} });
    const say = (content: string) =>
      sink!.event(SseEvent.ofJson({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
    return {
      seen,
      passed,
      say,
      done: () => sink!.event(SseEvent.fromBytes(Buffer.from('data: [DONE]\n\n'))),
    };
  }

  it('so much of the text is kept as is asked for, and all of it passes', () => {
    const { seen, passed, say } = observed(7);
    for (const text of ['Hello ', 'world', ' and more']) say(text);
    expect(seen.text).toBe('Hello w');
    expect(passed).toHaveLength(3);
  });

  it('no text is kept when none is asked for', () => {
    const { seen, say } = observed(0);
    say('Hello');
    expect(seen.text).toBe('');
  });

  it('the time of the last text is not that of the end', () => {
    const { seen, say, done } = observed(0);
    expect(seen.lastTextAt).toBeUndefined();
    say('Hello');
    const { lastTextAt } = seen;
    expect(lastTextAt).toBeGreaterThan(0);
    done();
    expect(seen.lastTextAt).toBe(lastTextAt);
  });

  it('nothing is seen of what is none', () => {
    expect(observeAnswer({ answer: { kind: 'whole' } } as never, 5)).toBeUndefined();
  });
});

const record = (more: object = {}, meta: object = {}): CostRecord =>
  ({
    started_at: Date.UTC(2026, 0, 5),
    response: { status: 200 },
    outcome: 'complete',
    latencies: { request: 100, gateway: 1 },
    ai: { proxy: { meta, usage: {} } },
    lines: [
      { provider: 'o', model: 'm', total_tokens: 12, cost: null },
      { provider: 'o', model: 'n', cost: null },
    ],
    cost: { known: '0.25', total: null },
    tags: {},
    ...more,
  }) as unknown as CostRecord;

describe('a budget', () => {
  const budget = (more: object): BudgetConfig =>
    ({ name: 'b', period: 'month', partition: 'global', ...more }) as unknown as BudgetConfig;
  const charged = (more: object, ...records: CostRecord[]) => {
    const charges = new Charges([budget(more)]);
    for (const one of records) charges.add(one);
    return charges.all().map(({ partition, amount }) => [partition, amount]);
  };

  it('is charged what is known of the cost, or the tokens that were reported', () => {
    expect(charged({ usd: 1 }, record(), record())).toEqual([['', 500_000_000_000n]]);
    expect(charged({ tokens: 100 }, record())).toEqual([['', 12n]]);
    expect(charged({ tokens: 100 }, record({ lines: [] }))).toEqual([]);
  });

  it('has a limit in its unit', () => {
    expect([limitOf(budget({ usd: 2 })), limitOf(budget({ tokens: 5 })), limitOf(budget({}))]).toEqual([
      2_000_000_000_000n,
      5n,
      0n,
    ]);
  });

  it.each<[partition: string, of: object, expected: string | undefined]>([
    ['consumer', { consumer: { id: 'i', username: 'ann', custom_id: 'x' } }, 'consumer=ann'],
    ['consumer', { consumer: { id: 'i', custom_id: 'x' } }, 'consumer=x'],
    ['consumer', { consumer: { id: 'i' } }, 'consumer=i'],
    ['consumer', {}, undefined],
    ['credential', { authenticated_entity: { id: 'k' } }, 'credential=k'],
    ['route', { route: { id: 'r' } }, 'route=r'],
    ['route', { route: { id: 'r', name: 'chat' } }, 'route=chat'],
    ['service', { service: { id: 's' } }, 'service=s'],
    ['tag', { tags: { team: 'red' } }, 'team=red'],
    ['tag', {}, undefined],
  ])('by %s: %j', (partition, of, expected) => {
    const made = charged({ usd: 1, partition, ...(partition === 'tag' ? { tag: 'team' } : {}) }, record(of));
    expect(made.map(([name]) => name)).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('the dashboard’s minutes', () => {
  const MINUTE = 60_000;
  const DAY = 24 * 60 * MINUTE;
  const now = Date.UTC(2026, 0, 5, 12);
  const at = (started_at: number, more: object = {}) => record({ started_at, ...more });

  it('are those that are asked for, and none older than a day', () => {
    const tally = new Tally();
    tally.add(at(now - 2 * DAY), now);
    expect(tally.view(4 * 24 * 60, now).total).toMatchObject({ requests: 0 });
    tally.add(at(now - 5 * MINUTE), now);
    tally.add(at(now), now);
    tally.add(at(now + 10 * MINUTE), now);
    expect(tally.view(3, now).total).toMatchObject({ requests: 1 });
    expect(tally.view(60, now).total).toMatchObject({ requests: 2 });
    // What was kept yesterday goes when a new minute begins.
    tally.add(at(now + DAY), now + DAY);
    expect(tally.view(24 * 60, now + DAY).total).toMatchObject({ requests: 2 });
  });

  it('have percentiles when something was measured', () => {
    const tally = new Tally();
    expect(tally.view(5, now).total).toMatchObject({ latency: { p50: null, p95: null } });
    tally.add(at(now, { latencies: { request: 0.5, gateway: 0 } }), now);
    tally.add(at(now, { latencies: { request: 1e12, gateway: 0 } }), now);
    const { p50, p95 } = tally.view(5, now).total.latency;
    expect(p50).toBe(1);
    expect(p95).toBeGreaterThan(60_000);
  });
});

describe('a spool’s files', () => {
  const LIMITS = { maxRecords: 100, maxBytes: 1_000_000 };
  const name = (at: number): string => `${String(at).padStart(13, '0')}-0123456789ab`;
  function spool(files: Record<string, string | Buffer>): string {
    const folder = tempFolder();
    mkdirSync(join(folder, 'segments'));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'segments', file), text);
    return folder;
  }
  const line = (json: string): Buffer => encodeFrame({ sinks: [], json });

  it('are those with their names, oldest first; a folder that is not there has none', async () => {
    const folder = spool({ [`${name(2)}.log`]: '', [`${name(1)}.open`]: '', '.DS_Store': '', 'x.log': '' });
    expect((await listSegments(folder)).map((one) => one.name)).toEqual([name(1), name(2)]);
    expect(await listSegments(join(folder, 'gone'))).toEqual([]);
    rmSync(join(folder, 'segments'), { recursive: true });
    writeFileSync(join(folder, 'segments'), 'a file');
    await expect(listSegments(folder)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('are read from a time on, when one is said', async () => {
    const folder = spool({ [`${name(1)}.log`]: line('"old"'), [`${name(5)}.log`]: line('"new"') });
    const read = async (since?: number) =>
      (await new SpoolReader(folder, since === undefined ? {} : { since }).read(LIMITS)).records;
    expect(await read()).toEqual(['"old"', '"new"']);
    expect(await read(2)).toEqual(['"new"']);
  });

  it('have a backlog before anything was read, and less of it afterwards', async () => {
    const folder = spool({ [`${name(1)}.log`]: line('"a"') });
    const reader = new SpoolReader(folder, {});
    expect(await reader.backlog()).toBe(line('"a"').length);
    const batch = await reader.read(LIMITS);
    expect(batch.moved).toBe(true);
    await reader.commit(batch);
    expect(await reader.backlog()).toBe(0);
    expect((await reader.read(LIMITS)).moved).toBe(false);
  });

  it('with a line that sums up and is no record, it is damaged', async () => {
    const rest = 'no record';
    const { crc32 } = await import('node:zlib');
    const bad = `${crc32(rest).toString(16).padStart(8, '0')} ${rest}\n`;
    const folder = spool({ [`${name(1)}.log`]: Buffer.concat([Buffer.from(bad), line('"a"')]) });
    expect(await new SpoolReader(folder, {}).read(LIMITS)).toMatchObject({ records: ['"a"'], damaged: 1 });
  });
});
