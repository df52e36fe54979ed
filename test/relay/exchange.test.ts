import { expect, it } from 'vitest';
import { makeExchange } from '../support/exchange.ts';

const exchange = (body = '{}') => makeExchange(body);

it('an exchange finishes once, and takes no hooks afterwards', () => {
  const made = exchange();
  const kinds: string[] = [];
  made.onFinish(({ kind }) => kinds.push(kind));
  made.finish({ kind: 'complete', status: 200 });
  made.finish({ kind: 'failed', status: 500 });
  expect(kinds).toEqual(['complete']);
  expect(() => made.onFinish(() => {})).toThrow('already finished');
});

it('a request that nobody changes keeps its bytes, also when it was read', () => {
  const { request } = exchange('{ "model" : "m" }');
  expect(request.body).toEqual({ model: 'm' });
  expect(request.untouched).toBe(true);
  expect(request.toBytes().toString()).toBe('{ "model" : "m" }');
  request.body.model = 'n';
  request.touch();
  expect(request.untouched).toBe(false);
  expect(request.toBytes().toString()).toBe('{"model":"n"}');
});

it('hooks before an attempt run in order, and may refuse it', async () => {
  const made = exchange();
  const seen: string[] = [];
  made.onAttempt(({ model }) => void seen.push(`first ${model}`));
  made.onAttempt(() => Promise.reject(new Error('no budget')));
  made.onAttempt(() => void seen.push('never'));
  await expect(made.beforeAttempt({ target: 't', provider: 'p', model: 'm' })).rejects.toThrow('no budget');
  expect(seen).toEqual(['first m']);
});
