import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseEvent } from '../../kong/llm/sse.ts';
import {
  EventStream,
  type StreamSink,
  type StreamSource,
  type StreamTransform,
} from '../../kong/llm/stream.ts';

/** A source that a test drives by hand. */
class ManualSource implements StreamSource {
  sink: StreamSink | undefined;
  cancelled: Error[] = [];
  calls: string[] = [];

  start(sink: StreamSink): void {
    this.sink = sink;
  }

  pause(): void {
    this.calls.push('pause');
  }

  resume(): void {
    this.calls.push('resume');
  }

  cancel(reason: Error): void {
    this.cancelled.push(reason);
  }

  event(data: string): void {
    this.sink!.event(SseEvent.of(data));
  }
}

function started(...transforms: StreamTransform[]) {
  const source = new ManualSource();
  const stream = new EventStream(source);
  for (const transform of transforms) stream.use(transform);
  const seen: string[] = [];
  stream.start({
    event: (event) => seen.push(event.data),
    end: () => seen.push('END'),
    fail: (error) => seen.push(`FAIL ${error.message}`),
  });
  return { source, stream, seen };
}

const append = (text: string): StreamTransform => ({
  event: (event, next) => next.event(SseEvent.of(event.data + text)),
});
const broken = (): never => {
  throw new Error('broken');
};

describe('transforms', () => {
  it('run from the provider to the client, in the order in which they were added', () => {
    const { source, seen } = started(append('1'), append('2'), append('3'));
    source.event('a');
    source.sink!.end();
    expect(seen).toEqual(['a123', 'END']);
  });

  it('cannot be added to a stream that has started', () => {
    expect(() => started().stream.use(append('1'))).toThrow('already started');
  });

  it('may swallow, double, and write at the end', () => {
    const { source, seen } = started({
      event(event, next) {
        if (event.data === 'no') return;
        next.event(event);
        next.event(event);
      },
      end(next) {
        next.event(SseEvent.of('rest'));
        next.end();
      },
    });
    source.event('a');
    source.event('no');
    source.sink!.end();
    expect(seen).toEqual(['a', 'a', 'rest', 'END']);
  });

  it('hear of a failure from the inside, and may write before it', () => {
    const { source, seen } = started({
      event: (event, next) => next.event(event),
      fail(error, next) {
        next.event(SseEvent.of('held back'));
        next.fail(error);
      },
    });
    source.sink!.fail(new Error('cut'));
    expect(seen).toEqual(['held back', 'FAIL cut']);
    expect(source.cancelled).toEqual([]);
  });
});

describe('a transform that throws', () => {
  it('on an event fails the stream and stops the provider', () => {
    const { source, seen } = started(append('1'), { event: broken }, append('3'));
    source.event('a');
    source.event('b');
    source.sink!.end();
    expect(seen).toEqual(['FAIL broken']);
    expect(source.cancelled.map(({ message }) => message)).toEqual(['broken']);
  });

  it('at the end fails the stream: what it held back does not pass', () => {
    const { source, seen } = started({ event: () => {}, end: broken });
    source.event('a');
    source.sink!.end();
    expect(seen).toEqual(['FAIL broken']);
    expect(source.cancelled).toEqual([]);
  });

  it('something that is no error, too', () => {
    const { source, seen } = started({
      event() {
        throw 'text with a secret';
      },
    });
    source.event('a');
    expect(seen).toEqual(['FAIL stage failed']);
  });
});

describe('a stage', () => {
  it('that fails the stream stops the provider, once', () => {
    const { source, seen } = started({
      event(_event, next) {
        next.fail(new Error('blocked'));
        next.fail(new Error('again'));
      },
    });
    source.event('a');
    source.event('b');
    expect(seen).toEqual(['FAIL blocked']);
    expect(source.cancelled.map(({ message }) => message)).toEqual(['blocked']);
  });

  it('that ends the stream early stops the provider', () => {
    const { source, seen } = started({
      event(event, next) {
        next.event(event);
        next.end();
      },
    });
    source.event('a');
    source.event('b');
    expect(seen).toEqual(['a', 'END']);
    expect(source.cancelled).toHaveLength(1);
  });

  it('that hands on the end does not cancel a provider that is done', () => {
    const { source, seen } = started(append('1'), append('2'));
    source.sink!.end();
    expect(seen).toEqual(['END']);
    expect(source.cancelled).toEqual([]);
  });

  it('may hand on the end later', async () => {
    const { source, seen } = started({
      event: (event, next) => next.event(event),
      end: (next) => void Promise.resolve().then(() => next.end()),
    });
    source.event('a');
    source.sink!.end();
    expect(seen).toEqual(['a']);
    await Promise.resolve();
    expect(seen).toEqual(['a', 'END']);
    expect(source.cancelled).toEqual([]);
  });
});

it('pause, resume and cancel reach the source', () => {
  const { source, stream } = started();
  stream.pause();
  stream.resume();
  stream.cancel(new Error('gone'));
  expect(source.calls).toEqual(['pause', 'resume']);
  expect(source.cancelled.map(({ message }) => message)).toEqual(['gone']);
});

it('nothing comes after the end, whatever source and stages do', () => {
  const step = fc.constantFrom('event', 'end', 'fail');
  const reaction = fc.constantFrom('pass', 'swallow', 'end', 'fail', 'throw', 'twice');
  const doStep = (what: string, sink: StreamSink): void => {
    if (what === 'event') sink.event(SseEvent.of('x'));
    else if (what === 'end') sink.end();
    else sink.fail(new Error('source'));
  };
  const react = (what: string, pass: () => void, next: StreamSink): void => {
    if (what === 'throw') broken();
    if (what === 'end') next.end();
    if (what === 'fail') next.fail(new Error('stage'));
    if (what === 'pass' || what === 'twice') pass();
    if (what === 'twice') pass();
  };
  const stage = fc.record({ onEvent: fc.infiniteStream(reaction), onEnd: reaction, onFail: reaction }).map(
    ({ onEvent, onEnd, onFail }): StreamTransform => ({
      event: (event, next) => react(onEvent.next().value, () => next.event(event), next),
      end: (next) => react(onEnd, () => next.end(), next),
      fail: (error, next) => react(onFail, () => next.fail(error), next),
    }),
  );
  fc.assert(
    fc.property(fc.array(stage, { maxLength: 4 }), fc.array(step, { maxLength: 12 }), (stages, steps) => {
      const { source, seen } = started(...stages);
      for (const what of steps) doStep(what, source.sink!);
      const closing = seen.findIndex((entry) => entry !== 'x');
      if (closing >= 0) expect(closing).toBe(seen.length - 1);
      expect(source.cancelled.length).toBeLessThanOrEqual(1);
      const brokeEarly = seen.at(-1)?.startsWith('FAIL') && !steps.includes('fail') && !steps.includes('end');
      if (brokeEarly) expect(source.cancelled).toHaveLength(1);
    }),
    { numRuns: 1_000 },
  );
});

it('the source goes on when nobody waits any more', () => {
  const { stream, source } = started();
  const stage = {};
  stream.pause();
  stream.pause(stage);
  stream.resume();
  stream.resume();
  expect(source.calls).toEqual(['pause']);
  stream.resume(stage);
  expect(source.calls).toEqual(['pause', 'resume']);
});
