import { describe, expect, it } from 'vitest';
import { countChat } from '../../kong/llm/chat-tokens.ts';
import { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink } from '../../kong/llm/stream.ts';
import { countText } from '../../kong/llm/tokens.ts';
import type { Usage } from '../../kong/llm/usage.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { finalUsage, meterOutput, mostPromptTokens, promptTokens } from '../../kong/relay/meter.ts';
import { makeExchange } from '../support/exchange.ts';

const BODY = {
  model: 'gpt-4o',
  stream: true,
  messages: [{ role: 'user', content: 'Say something, please.' }],
};
const PROMPT = countChat('gpt-4o', BODY).tokens;

function exchange({ asked = true } = {}): Exchange {
  const made = makeExchange(JSON.stringify(BODY));
  made.model.requested = 'gpt-4o';
  if (asked)
    made.attempts.push({ target: 't', provider: 'openai', model: 'gpt-4o', startedAt: 0, status: 200 });
  return made;
}

const text = (content: string): SseEvent =>
  SseEvent.fromBytes(
    Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`),
  );
const done = (): SseEvent => SseEvent.fromBytes(Buffer.from('data: [DONE]\n\n'));

/** Gives the exchange a streamed answer and returns what plays it. */
function streaming(to: Exchange, events: SseEvent[], finish: 'end' | 'fail'): () => void {
  const stream = new EventStream({
    start(sink: StreamSink) {
      for (const event of events) sink.event(event);
      if (finish === 'end') sink.end();
      else sink.fail(new Error('broke'));
    },
    pause() {},
    resume() {},
    cancel() {},
  });
  to.answer = { kind: 'stream', status: 200, headers: {}, stream };
  return () => stream.start({ event() {}, end() {}, fail() {} });
}

const reported = (output: number): Usage => ({
  input: { total: 7, cacheRead: 3 },
  output: { total: output },
  raw: { x: 1 },
});

describe('finalUsage', () => {
  it('is what the provider reported when its stream was complete', () => {
    const made = exchange();
    const play = streaming(made, [text('far more than one token of text'), done()], 'end');
    meterOutput(made);
    play();
    made.usage = reported(1);
    expect(finalUsage(made)).toEqual(reported(1));
  });

  it('counts a stream whose provider reported nothing', () => {
    const made = exchange();
    const play = streaming(made, [text('Hello '), text('there, '), text('stranger.'), done()], 'end');
    meterOutput(made);
    play();
    const output = countText('gpt-4o', 'Hello there, stranger.').tokens;
    expect(finalUsage(made)).toEqual({
      input: { total: PROMPT },
      output: { total: output },
      estimated: true,
    });
  });

  it('counts what came of a stream that broke, over what was reported at its beginning', () => {
    const made = exchange();
    const play = streaming(made, [text('Hello there, stranger.')], 'fail');
    meterOutput(made);
    play();
    made.usage = reported(1);
    const output = countText('gpt-4o', 'Hello there, stranger.').tokens;
    expect(finalUsage(made)).toEqual({ ...reported(output), estimated: true });
  });

  it('counts what came of a stream that broke, although its attempt has failed', () => {
    const made = exchange();
    const play = streaming(made, [text('Hello there, stranger.')], 'fail');
    meterOutput(made);
    play();
    made.attempts[0]!.code = 'stream_interrupted';
    const output = countText('gpt-4o', 'Hello there, stranger.').tokens;
    expect(finalUsage(made)).toEqual({
      input: { total: PROMPT },
      output: { total: output },
      estimated: true,
    });
  });

  it('never counts less than was reported', () => {
    const made = exchange();
    const play = streaming(made, [text('Hi')], 'fail');
    meterOutput(made);
    play();
    made.usage = reported(500);
    expect(finalUsage(made)).toEqual(reported(500));
  });

  it('watches a stream where it was first asked to', () => {
    const made = exchange();
    const play = streaming(made, [text('Hello there, stranger.'), done()], 'end');
    meterOutput(made);
    if (made.answer?.kind === 'stream') made.answer.stream.use({ event() {} });
    meterOutput(made);
    play();
    expect(finalUsage(made).output.total).toBe(countText('gpt-4o', 'Hello there, stranger.').tokens);
  });

  it('extrapolates a stream longer than what it keeps', () => {
    const made = exchange();
    const events = Array.from({ length: 500 }, () => text('and a few more words for you, '.repeat(10)));
    const play = streaming(made, events, 'fail');
    meterOutput(made);
    play();
    const one = countText('gpt-4o', ' and a few more words for you,').tokens;
    const ratio = finalUsage(made).output.total! / (one * 5000);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
  });

  it('counts a whole answer without usage', () => {
    const made = exchange();
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello there, stranger.' } }];
    made.answer = WholeAnswer.ofJson(200, { choices });
    meterOutput(made);
    const output = countText('gpt-4o', 'Hello there, stranger.').tokens;
    expect(finalUsage(made)).toEqual({
      input: { total: PROMPT },
      output: { total: output },
      estimated: true,
    });
  });

  it('counts once what a whole answer says twice', () => {
    const said = { role: 'assistant', content: 'Hi', reasoning_content: 'Hello there, stranger.' };
    const counted = (message: object) => {
      const made = exchange();
      made.answer = WholeAnswer.ofJson(200, { choices: [{ index: 0, message }] });
      return finalUsage(made).output.total;
    };
    const twice = { ...said, reasoning_blocks: [{ text: said.reasoning_content, signature: 's' }] };
    expect(counted(twice)).toBe(counted(said));
    expect(counted(said)).toBeGreaterThan(counted({ role: 'assistant', content: 'Hi' })!);
  });

  it('a bound of the prompt is no lower than its count, and that once it is known', async () => {
    const made = exchange();
    const most = mostPromptTokens(made);
    const { tokens } = await promptTokens(made);
    expect(most).toBeGreaterThanOrEqual(tokens);
    expect(mostPromptTokens(made)).toBe(tokens);
  });

  it('has nothing for an answer that no provider gave', () => {
    const made = exchange({ asked: false });
    made.answer = WholeAnswer.ofJson(200, { choices: [{ message: { content: 'from a cache' } }] });
    expect(finalUsage(made)).toEqual({ input: {}, output: {} });
  });

  it('has nothing for a request that the provider refused', () => {
    const made = exchange();
    Object.assign(made.attempts[0]!, { status: 500, code: 'provider_error' });
    expect(finalUsage(made)).toEqual({ input: {}, output: {} });
  });

  it('has the prompt for a client that left before the answer came', () => {
    expect(finalUsage(exchange())).toEqual({ input: { total: PROMPT }, output: {}, estimated: true });
  });

  it('is measured once', () => {
    const made = exchange();
    expect(finalUsage(made)).toBe(finalUsage(made));
  });
});

describe('promptTokens', () => {
  it('counts the prompt once per exchange', async () => {
    const made = exchange();
    expect(await promptTokens(made)).toEqual({ tokens: PROMPT, estimated: false });
    made.request.body.messages = [];
    expect((await promptTokens(made)).tokens).toBe(PROMPT);
    expect(finalUsage(made).input.total).toBe(PROMPT);
  });
});
