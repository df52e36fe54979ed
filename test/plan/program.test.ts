import { describe, expect, it } from 'vitest';
import { planDigest, planHeader, signEntry, verifyEntry } from '../../kong/plan/entry.ts';
import { verifyIdentity } from '../../kong/plan/identity.ts';
import { declare, declareWithIdentity, refuse } from '../../kong/plan/program.ts';
import { MINUTE_MS, newSecret } from '../../kong/plan/signature.ts';

const secret = newSecret();
const RELAY = { host: '127.0.0.1', port: 8900 };
const ENTRY = { plugin: 'cost-log', pluginId: 'id', configHash: 'h' };
const MINUTE = 29_000_000;
const NOW = MINUTE * MINUTE_MS;

describe('declaring', () => {
  it('adds the signed entry and points Kong at the relay', () => {
    const { reads, writes } = declare(secret, RELAY, ENTRY);
    const [entry, ...rest] = writes([], MINUTE);
    expect(reads).toEqual([]);
    expect(entry).toMatchObject({
      method: 'kong.service.request.add_header',
      args: [planHeader('cost-log'), expect.any(String)],
    });
    expect(verifyEntry(secret, 'cost-log', entry!.args[1] as string, NOW)).toMatchObject({ entry: ENTRY });
    expect(rest).toEqual([
      { method: 'kong.service.set_target', args: ['127.0.0.1', 8900] },
      { method: 'kong.service.request.set_scheme', args: ['http'] },
    ]);
  });

  it('leaves the scheme alone where the service speaks http already', () => {
    const methods = (protocol?: string): string[] =>
      declare(secret, RELAY, ENTRY, 'route')
        .writes([{ id: 's', protocol }], MINUTE)
        .map(({ method }) => method);
    expect(methods('http')).toEqual(['kong.service.request.add_header', 'kong.service.set_target']);
    for (const other of ['https', 'grpc', undefined])
      expect(methods(other)).toContain('kong.service.request.set_scheme');
  });

  it('asks once a minute what is the same for all its requests, and nothing where it is bound to nothing', () => {
    const asked = (bound?: 'route' | 'service') =>
      declareWithIdentity(secret, RELAY, ENTRY, new Set(), { bound }).steadyReads.map(({ method }) => method);
    expect(asked('route')).toEqual(['kong.router.get_service', 'kong.router.get_route']);
    expect(asked('service')).toEqual(['kong.router.get_service']);
    expect(asked()).toEqual([]);
    expect(declare(secret, RELAY, ENTRY).steadyReads).toEqual([]);
    expect(declare(secret, RELAY, ENTRY, 'service').steadyReads).toHaveLength(1);
  });

  // Kong's add_header reads at most 100 header lines back and replaces what it did not see: two entries of one
  // name could lose the first. Each plugin has a name of its own, so that there is nothing to replace.
  it('never shares a header name between plugins', () => {
    const names = ['cost-log', 'prompt-guard'].map(
      (plugin) => declare(secret, RELAY, { ...ENTRY, plugin }).writes([], MINUTE)[0]!.args[0],
    );
    expect(new Set(names).size).toBe(2);
    // The name is set once per event: adding twice would be reading back.
    const added = declareWithIdentity(secret, RELAY, ENTRY, new Set())
      .writes([], MINUTE)
      .filter(({ method }) => method.endsWith('add_header'));
    expect(new Set(added.map(({ args }) => args[0])).size).toBe(added.length);
  });
});

it('reads the entries of those who have declared anything here, and of nobody else', () => {
  const others = new Set<string>();
  const program = declareWithIdentity(secret, RELAY, ENTRY, others, { captures: ['tenant'] });
  const asked = (): unknown[] => program.reads.flatMap(({ method, args }) => [method, ...args]);
  const before = asked();
  others.add('pii-redact');
  expect(asked()).toEqual([...before, 'kong.request.get_header', 'x-ai-plan-pii-redact']);
  others.add('prompt-guard');
  expect(asked().slice(-2)).toEqual(['kong.request.get_header', 'x-ai-plan-prompt-guard']);
  // An event that was under way when a plugin came: what was not asked is not attested.
  const planOf = (...headers: string[]): string => {
    const known = [undefined, undefined, undefined, undefined, { named: { tenant: 't' } }];
    const verdict = verifyIdentity(
      secret,
      program.writes([...known, ...headers], MINUTE)[0]!.args[1] as string,
      NOW,
    );
    return verdict.ok && verdict.identity.uriCaptures?.tenant === 't' ? verdict.plan : 'wrong';
  };
  const own = ['cost-log', signEntry(secret, ENTRY, MINUTE)] as const;
  expect(planOf('a')).toBe(planDigest([['pii-redact', 'a'], own]));
  expect(planOf('a', 'b')).toBe(planDigest([['pii-redact', 'a'], ['prompt-guard', 'b'], own]));
});

describe('the caller’s identity', () => {
  const identityOf = (results: unknown[]) => {
    const [header] = declareWithIdentity(secret, RELAY, ENTRY, new Set()).writes(results, MINUTE);
    expect(header!.args[0]).toBe('x-ai-identity');
    const verdict = verifyIdentity(secret, header!.args[1] as string, NOW);
    return verdict.ok ? verdict.identity : verdict.reason;
  };

  it('has what Kong told', () => {
    const consumer = { id: 'c', username: 'u', custom_id: 'x', tags: ['t'], created_at: 1 };
    const route = { id: 'r', name: 'chat', paths: ['/a'], tags: ['team'] };
    const service = { id: 's', host: 'nowhere.invalid' };
    expect(identityOf([service, route, consumer, { id: 'k', consumer_id: 'c' }])).toEqual({
      consumer: { id: 'c', username: 'u', customId: 'x', tags: ['t'] },
      credential: 'k',
      route: { id: 'r', name: 'chat', tags: ['team'] },
      service: { id: 's' },
    });
  });

  it('leaves out what Kong does not know', () => {
    expect(identityOf([undefined, undefined, undefined, undefined])).toEqual({});
    expect(identityOf([null, { name: 'no id' }, { id: '' }, {}])).toEqual({});
    expect(identityOf([undefined, undefined, { id: 'c', tags: [] }, undefined])).toEqual({
      consumer: { id: 'c' },
    });
  });
});

it('refusing answers the request itself, and sends it nowhere', () => {
  const { reads, writes } = refuse(500, '{"a":1}');
  expect(reads).toEqual([]);
  expect(writes([], MINUTE)).toEqual([
    {
      method: 'kong.response.exit',
      args: [500, Buffer.from('{"a":1}'), { 'content-type': 'application/json' }],
    },
  ]);
});
