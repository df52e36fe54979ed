import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planHeader, signEntry, verifyEntry } from '../../kong/plan/entry.ts';
import { signIdentity, verifyIdentity } from '../../kong/plan/identity.ts';
import { LIFETIME_MINUTES, MINUTE_MS, minuteOf, newSecret, sign, verify } from '../../kong/plan/signature.ts';

const secret = newSecret();
const NOW = Date.UTC(2026, 0, 1, 12, 0, 30);
const MINUTE = minuteOf(NOW);
const ENTRY = { plugin: 'prompt-guard', pluginId: 'p-1', configHash: 'hash' };

describe('a signed entry', () => {
  it('says which plugin, plugin entity and config', () => {
    const token = signEntry(secret, ENTRY, MINUTE);
    expect(verifyEntry(secret, 'prompt-guard', token, NOW)).toEqual({
      ok: true,
      entry: ENTRY,
      minute: MINUTE,
    });
  });

  it('holds whatever ids Kong has, dots included', () => {
    const entry = { ...ENTRY, pluginId: 'a.b..c' };
    expect(verifyEntry(secret, 'prompt-guard', signEntry(secret, entry, MINUTE), NOW)).toMatchObject({
      entry,
    });
  });

  it('is of no use under another plugin’s header, nor as an identity', () => {
    const token = signEntry(secret, ENTRY, MINUTE);
    expect(verifyEntry(secret, 'cost-log', token, NOW)).toEqual({ ok: false, reason: 'forged' });
    expect(verifyIdentity(secret, token, NOW)).toEqual({ ok: false, reason: 'forged' });
    const identity = signIdentity(secret, { identity: { ip: '10.0.0.1' }, plan: '' }, MINUTE);
    expect(verifyEntry(secret, 'prompt-guard', identity, NOW)).toEqual({ ok: false, reason: 'forged' });
  });

  it('of another secret is forged', () => {
    const token = signEntry(newSecret(), ENTRY, MINUTE);
    expect(verifyEntry(secret, 'prompt-guard', token, NOW)).toEqual({ ok: false, reason: 'forged' });
  });

  it('lives ten minutes, and one minute before its time', () => {
    const at = (minute: number) => verifyEntry(secret, ENTRY.plugin, signEntry(secret, ENTRY, minute), NOW);
    expect(at(MINUTE - LIFETIME_MINUTES)).toMatchObject({ ok: true });
    expect(at(MINUTE + 1)).toMatchObject({ ok: true });
    expect(at(MINUTE - LIFETIME_MINUTES - 1)).toEqual({ ok: false, reason: 'expired' });
    expect(at(MINUTE + 2)).toEqual({ ok: false, reason: 'expired' });
    expect([LIFETIME_MINUTES, MINUTE_MS]).toEqual([10, 60_000]);
  });

  it('cannot be given more time', () => {
    const old = sign(secret, planHeader(ENTRY.plugin), 'p-1.hash', MINUTE - 100);
    const renewed = old.replace(String(MINUTE - 100), String(MINUTE));
    expect(verifyEntry(secret, ENTRY.plugin, renewed, NOW)).toEqual({ ok: false, reason: 'forged' });
  });

  it.each([
    '',
    '.',
    '...',
    'v1',
    'v1.p.h',
    `v1.p-1.hash.${MINUTE}.`,
    `v1.p-1.hash.${MINUTE}.AAAA`,
    'ÿ\u{1f600}',
  ])('of the shape %j is forged, not an error', (token) => {
    expect(verifyEntry(secret, ENTRY.plugin, token, NOW)).toEqual({ ok: false, reason: 'forged' });
  });

  it('next to another value of the same header is forged, in either order', () => {
    const token = signEntry(secret, ENTRY, MINUTE);
    for (const both of [`x, ${token}`, `${token}, x`, `, ${token}`, `${token}, `, `${token}, ${token}`]) {
      expect(verifyEntry(secret, ENTRY.plugin, both, NOW)).toMatchObject({ ok: false });
    }
  });

  it('with any one character changed is not valid', () => {
    const token = signEntry(secret, ENTRY, MINUTE);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(verifyEntry(secret, ENTRY.plugin, changed, NOW)).toMatchObject({ ok: false });
    }
  });
});

describe('a signed identity', () => {
  const identity = {
    consumer: { id: 'c', username: 'Zoë 👋', tags: ['a', 'b'] },
    credential: 'k',
    route: { id: 'r', name: 'x' },
    ip: '::1',
  };

  it('comes back as it was, in a value that any header may hold', () => {
    const token = signIdentity(secret, { identity, plan: 'p' }, MINUTE);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(verifyIdentity(secret, token, NOW)).toEqual({ ok: true, identity, plan: 'p', minute: MINUTE });
  });

  it('with another consumer in it is forged', () => {
    const token = signIdentity(secret, { identity, plan: 'p' }, MINUTE);
    const [version, , ...rest] = token.split('.');
    const other = Buffer.from(JSON.stringify({ consumer: { id: 'admin' } })).toString('base64url');
    expect(verifyIdentity(secret, [version, other, ...rest].join('.'), NOW)).toEqual({
      ok: false,
      reason: 'forged',
    });
  });
});

it('what was signed verifies, and only for its purpose', () => {
  const word = fc.stringMatching(/^[\w-]{1,20}$/);
  fc.assert(
    fc.property(word, word, word, (purpose, payload, other) => {
      const token = sign(secret, purpose, payload, MINUTE);
      expect(verify(secret, purpose, token, NOW)).toMatchObject({ ok: true, payload });
      if (other !== purpose)
        expect(verify(secret, other, token, NOW)).toEqual({ ok: false, reason: 'forged' });
    }),
  );
});
