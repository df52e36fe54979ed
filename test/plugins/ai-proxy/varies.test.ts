// What chooses the target besides the body keeps cached answers apart.
import { expect, test } from 'vitest';
import type { Identity } from '../../../kong/plan/identity.ts';
import { InboundRequest } from '../../../kong/relay/request.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { aiProxyConfig } from '../../../plugins/ai-proxy/config.ts';
import { variesBy } from '../../../plugins/ai-proxy/varies.ts';

const target = (more: object, name = 'm') => ({ model: { provider: 'openai', name }, ...more });

function request(headers: Record<string, string> = {}, query = ''): InboundRequest {
  const path = '/v1/chat/completions';
  const bytes = Buffer.from('{}');
  return new InboundRequest({
    method: 'POST',
    path,
    originalPath: path,
    query: new URLSearchParams(query),
    headers,
    bytes,
  });
}

const said = (targets: object[], identity: Identity, asked: InboundRequest): string =>
  variesBy(parseConfig(aiProxyConfig, { targets }))(identity, asked);

test('a header that a target matches', () => {
  const targets = [target({ match: { headers: { 'X-Tier': 'gold' } } })];
  expect(said(targets, {}, request({ 'x-tier': 'gold' }))).not.toBe(said(targets, {}, request()));
  expect(said(targets, {}, request({ 'x-other': '1' }))).toBe(said(targets, {}, request()));
});

test('headers, query parameters and captures in the names of models', () => {
  const targets = [target({}, '$(headers.x-model)-$(query_params.size)-$(uri_captures.kind)')];
  const base = said(targets, { uriCaptures: { kind: 'a' } }, request({ 'x-model': 'm' }, 'size=1'));
  expect(said(targets, { uriCaptures: { kind: 'a' } }, request({ 'x-model': 'n' }, 'size=1'))).not.toBe(base);
  expect(said(targets, { uriCaptures: { kind: 'a' } }, request({ 'x-model': 'm' }, 'size=2'))).not.toBe(base);
  expect(said(targets, { uriCaptures: { kind: 'b' } }, request({ 'x-model': 'm' }, 'size=1'))).not.toBe(base);
  expect(said(targets, { uriCaptures: { kind: 'a' } }, request({ 'x-model': 'm' }, 'size=1&other=2'))).toBe(
    base,
  );
});

test('consumers, only where targets are for some of them', () => {
  const [ann, bob] = [{ consumer: { id: 'ann' } }, { consumer: { id: 'bob' } }];
  const some = [target({ match: { consumers: ['ann'] } }), target({})];
  expect(said(some, ann, request())).not.toBe(said(some, bob, request()));
  expect(said([target({})], ann, request())).toBe(said([target({})], bob, request()));
});
