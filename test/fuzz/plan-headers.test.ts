// Plan and identity headers, changed anywhere: never served as another plan, always refused with a code of the table.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IDENTITY_HEADER } from '../../kong/plan/identity.ts';
import { minuteOf } from '../../kong/plan/signature.ts';
import { answers, CHAT, errorOf, layer, startTestRelay } from '../relay/relay.ts';
import { budget, FUZZ_TIMEOUT_MS } from './budget.ts';

const CODES = [
  'plan_missing',
  'plan_forged',
  'plan_expired',
  'plan_incomplete',
  'plan_config_unknown',
  'ai_proxy_missing',
];

type Headers = Record<string, string>;

it(
  'headers that are not exactly those that were signed reach no stage',
  async () => {
    let ran = 0;
    const guard = layer('prompt-guard', 797, (_exchange, next) => {
      ran += 1;
      return next();
    });
    const relay = await startTestRelay([guard, answers()]);
    const plan = relay.plan(undefined, { consumer: { id: 'c', username: 'ann' } });
    const old = relay.plan(undefined, {}, minuteOf(Date.now()) - 60);
    const names = Object.keys(plan);
    const printable = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
      maxLength: 40,
    });
    const change = fc.oneof(
      // One character of a token. Base64's last character has bits that mean nothing: a token must be the very same.
      fc
        .record({
          name: fc.constantFrom(...names),
          at: fc.nat(),
          by: printable.filter((text) => text !== ''),
        })
        .map(({ name, at, by }) => (headers: Headers) => {
          const value = headers[name] ?? '';
          const place = at % (value.length + 1);
          headers[name] = value.slice(0, place) + by + value.slice(place + 1);
        }),
      fc.constantFrom(...names).map((name) => (headers: Headers) => void delete headers[name]),
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom(...names))
        .map(([to, from]) => (headers: Headers) => {
          headers[to] = plan[from]!;
        }),
      fc
        .constantFrom(...names)
        .map((name) => (headers: Headers) => void Object.assign(headers, { [name]: old[name]! })),
      fc.tuple(fc.constantFrom(...names), printable).map(
        ([name, value]) =>
          (headers: Headers) =>
            void Object.assign(headers, { [name]: value }),
      ),
      fc
        .constantFrom(
          'x-ai-plan',
          'x-ai-plan-',
          'x-ai-plan-__proto__',
          'x-ai-plan-constructor',
          'x-ai-planet',
        )
        .map((name) => (headers: Headers) => void Object.assign(headers, { [name]: plan[names[0]!]! })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const headers = { ...plan };
        for (const one of changes) one(headers);
        fc.pre(
          JSON.stringify(Object.entries(headers).sort()) !== JSON.stringify(Object.entries(plan).sort()),
        );
        const { code } = await errorOf(await relay.post(CHAT, { headers }));
        expect(CODES).toContain(code);
        expect(ran).toBe(0);
      }),
      budget(400),
    );
    expect(names).toContain(IDENTITY_HEADER);
    expect((await relay.post(CHAT, { headers: plan })).status).toBe(200);
  },
  FUZZ_TIMEOUT_MS,
);
