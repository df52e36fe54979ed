// restore(redact(x)) is x: for texts of all scripts, for every tearing, in every spelling that a model may choose.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../kong/schema/index.ts';
import { contentsOf, placeholdersIn, type Token, Vault } from '../../../plugins/pii-redact/act/vault.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { findEverywhere } from '../../../plugins/pii-redact/detect/everywhere.ts';
import { atOnce } from '../../../plugins/pii-redact/pace.ts';
import { piecesOf, rewrite } from '../../../plugins/pii-redact/pieces.ts';
import { type Restorer, restorerFor } from '../../../plugins/pii-redact/restore/restorer.ts';
import { makeSettings } from '../../../plugins/pii-redact/settings.ts';

const detector = new Detector();

type Action = 'placeholder' | 'synthetic';
const settingsFor = (action: Action) =>
  makeSettings(parseConfig(piiRedactConfig, { action, secret: 'test-secret' }));

const vaultFor = (action: Action, text: string): Vault =>
  new Vault(settingsFor(action), atOnce(placeholdersIn([text])), atOnce(contentsOf([text])));

function redact(text: string, action: Action = 'placeholder', kind: 'text' | 'tool_arguments' = 'text') {
  const vault = vaultFor(action, text);
  const pieces = atOnce(piecesOf(text, kind));
  for (const piece of pieces) piece.findings = detector.find(piece.text, piece.lead);
  const values = pieces.flatMap((piece) =>
    piece.findings.map(({ start, end }) => piece.text.slice(start, end)),
  );
  const redacted = atOnce(
    rewrite(text, pieces, (type, value, standing) => vault.replace(type, value, standing)),
  );
  return { redacted, values, restorer: atOnce(restorerFor(vault.restorable)) };
}

function streamed(restorer: Restorer, chunks: readonly string[], json = false): string {
  const channel = restorer.channel(json);
  return chunks.map((chunk) => channel.push(chunk)).join('') + channel.flush();
}

const VALUES = [
  'john.doe@example.com',
  'jane@example.org',
  '+1 212 555 0100',
  '(212) 555-0101',
  '4111 1111 1111 1111',
  '203.0.113.77',
  'DE89370400440532013000',
  'Mr. John Smith',
  'password = "hunter2!"',
  'born 12/05/1980',
];
const someText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...VALUES),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        ' ',
        '\n',
        '<EMAIL_1>',
        'EMAIL_1',
        '&lt;PHONE_2&gt;',
        '<',
        '\\',
        '日本語 ',
        'مرحبا ',
        'привет ',
        '👩‍👩‍👧 ',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(' '));

describe('restore(redact(x)) is x', () => {
  it.each(['placeholder', 'synthetic'] as const)('with %s', (action) => {
    fc.assert(
      fc.property(someText, (text) => {
        const { redacted, restorer } = redact(text, action);
        expect(whole(restorer, redacted, false)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('with a synthetic value that would stand right behind a letter', () => {
    const text = '〱² (212) 555-0101';
    const { redacted, restorer } = redact(text, 'synthetic');
    expect(redacted).not.toBe(text);
    expect(whole(restorer, redacted, false)).toBe(text);
  });

  it('in JSON, which stays JSON', () => {
    const args = fc.dictionary(
      fc.constantFrom('email', 'phone', 'card', 'note', 'password', 'n'),
      fc.oneof(
        someText,
        fc.constantFrom(4111111111111111, 2125550100, 42, true, null),
        fc.array(someText, { maxLength: 3 }),
      ),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(args, fc.boolean(), (value, pretty) => {
        const json = pretty ? JSON.stringify(value, null, 2) : JSON.stringify(value);
        const { redacted, restorer } = redact(json, 'placeholder', 'tool_arguments');
        expect(() => JSON.parse(redacted)).not.toThrow();
        expect(JSON.parse(whole(restorer, redacted, true))).toEqual(JSON.parse(json));
      }),
      { numRuns: 300 },
    );
  });

  it('torn in any way', () => {
    fc.assert(
      fc.property(
        someText,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        (text, sizes) => {
          const { redacted, restorer } = redact(text);
          const chunks: string[] = [];
          for (let at = 0, i = 0; at < redacted.length; i++) {
            const size = sizes[i % sizes.length]!;
            chunks.push(redacted.slice(at, at + size));
            at += size;
          }
          expect(streamed(restorer, chunks)).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('torn at every place into two', () => {
    const text = `To ${VALUES.join(', ')}; cc <EMAIL_9>.`;
    const { redacted, restorer } = redact(text);
    expect(redacted).not.toBe(text);
    for (let at = 0; at <= redacted.length; at++)
      expect(streamed(restorer, [redacted.slice(0, at), redacted.slice(at)])).toBe(text);
  });
});

// Also where the same value stands in a place in which nothing would look for it, right behind a card for example.
it('a redacted text contains none of the values found', () => {
  fc.assert(
    fc.property(someText, (text) => {
      const pieces = atOnce(piecesOf(text, 'text'));
      for (const piece of pieces) piece.findings = detector.find(piece.text, piece.lead);
      atOnce(findEverywhere(pieces));
      const values = pieces.flatMap((piece) =>
        piece.findings.map(({ start, end }) => piece.text.slice(start, end)),
      );
      const vault = vaultFor('placeholder', text);
      const redacted = atOnce(
        rewrite(text, pieces, (type, value, standing) => vault.replace(type, value, standing)),
      );
      for (const value of values.filter(({ length }) => length > 5)) expect(redacted).not.toContain(value);
    }),
    { numRuns: 200 },
  );
});

const token = (text: string, value: string, number = false): Token => ({
  text,
  value,
  kind: 'placeholder',
  number,
});
const EMAIL = token('<EMAIL_1>', 'o"brien\\x@example.com');

const restoring = (tokens: readonly Token[]): Restorer => atOnce(restorerFor(tokens));
const whole = (restorer: Restorer, text: string, json: boolean): string => atOnce(restorer.whole(text, json));

describe('a placeholder is known', () => {
  const restorer = restoring([EMAIL, token('<PHONE_NUMBER_12>', '555')]);
  it.each([
    ['in small letters', '<email_1>'],
    ['in mixed case', '<Email_1>'],
    ['without brackets', 'EMAIL_1'],
    ['in quotes', '"<EMAIL_1>"', `"${EMAIL.value}"`],
    ['in code marks', '`EMAIL_1`', `\`${EMAIL.value}\``],
    ['in bold', '**<EMAIL_1>**', `**${EMAIL.value}**`],
    ['in a link', '[<EMAIL_1>](mailto:<EMAIL_1>)', `[${EMAIL.value}](mailto:${EMAIL.value})`],
    ['escaped for Markdown', '\\<EMAIL\\_1\\>'],
    ['escaped for HTML', '&lt;EMAIL_1&gt;'],
    ['escaped for JSON', '\\u003cEMAIL_1\\u003e'],
    ['with wide brackets', '＜EMAIL_1＞'],
    ['behind a bracket that is none', '<<EMAIL_1>', `<${EMAIL.value}`],
    ['at the end of a sentence', 'to EMAIL_1.', `to ${EMAIL.value}.`],
  ])('%s', (_name, written, expected = EMAIL.value) => {
    expect(whole(restorer, written, false)).toBe(expected);
    expect(streamed(restorer, [...written])).toBe(expected);
  });

  it.each([
    '<EMAIL_12>',
    '<EMAIL_>',
    'EMAIL_11',
    'MY_EMAIL_1',
    'email_1',
    'EMAIL_1a',
    '<PHONE_NUMBER_1>',
    '<EMAIL_1'.slice(0, 7),
    'a < b && c > d',
    '<EMA<EMA',
    '\\u003',
    '\\u00zzEMAIL',
    '\\u00',
    '\\\\',
    '&l',
    '&lx;',
  ])('but not in %s', (written) => {
    expect(whole(restorer, written, false)).toBe(written);
    expect(streamed(restorer, [...written])).toBe(written);
  });
});

describe('in the arguments of a tool call', () => {
  const number = token('<CREDIT_CARD_1>', '4111111111111111', true);
  const restorer = restoring([EMAIL, number]);

  it('values are escaped', () => {
    const restored = streamed(restorer, [...'{"to":"<EMAIL_1>"}'], true);
    expect(JSON.parse(restored)).toEqual({ to: EMAIL.value });
  });

  it('a number is a number again', () => {
    expect(streamed(restorer, [...'{"card": "<CREDIT_CARD_1>", "note": "card <CREDIT_CARD_1>"}'], true)).toBe(
      '{"card": 4111111111111111, "note": "card 4111111111111111"}',
    );
  });

  it.each(['"', '{"card": "<CREDIT_CARD_1>', '"<CREDIT_CARD_1> and"'])(
    'what breaks off is given out: %s',
    (text) => {
      const restored = streamed(restorer, [...text], true);
      expect(restored).toBe(text.replace('<CREDIT_CARD_1>', '4111111111111111'));
    },
  );

  it('JSON in a string of JSON stays JSON', () => {
    const inner = JSON.stringify({ card: '<CREDIT_CARD_1>' });
    const restored = whole(restorer, JSON.stringify({ body: inner }), true);
    expect(JSON.parse(JSON.parse(restored).body)).toEqual({ card: '4111111111111111' });
  });
});

it('quotes around what was a number stay where they are no JSON, or another string’s', () => {
  const restorer = restoring([token('<CREDIT_CARD_1>', '4111111111111111', true)]);
  expect(whole(restorer, 'the card "CREDIT_CARD_1"', false)).toBe('the card "4111111111111111"');
  const text = JSON.stringify({ say: 'the "<CREDIT_CARD_1>' });
  expect(JSON.parse(whole(restorer, text, true))).toEqual({ say: 'the "4111111111111111' });
});

describe('a text that has placeholders of its own', () => {
  it.each(['CREDIT_CARD_1', '<CREDIT_CARD_1>', 'credit\\_card\\_1', 'OUR_CREDIT_CARD_1'])(
    'as %s, is not given them a second time',
    (own) => {
      const text = `${own} is not 4111 1111 1111 1111`;
      const { redacted, restorer } = redact(text);
      expect(redacted).toBe(`${own} is not <CREDIT_CARD_2>`);
      expect(whole(restorer, redacted, false)).toBe(text);
    },
  );
});

describe('values that share a beginning', () => {
  const values = Array.from({ length: 25 }, (_, i) => token(`<EMAIL_${i + 1}>`, `[value ${i + 1}]`));
  it.each([
    ['placeholders', restoring(values), values],
    [
      'synthetic values',
      restoring(
        values.map((one, i) => ({ ...one, kind: 'synthetic' as const, text: `+1 212-555-01${i + 10}` })),
      ),
      values.map((one, i) => ({ ...one, text: `+1 212-555-01${i + 10}` })),
    ],
  ])('never mix: %s', (_name, restorer, tokens) => {
    const text = tokens.map((one) => one.text).join(' ');
    expect(streamed(restorer, [...text])).toBe(values.map(({ value }) => value).join(' '));
  });
});

it('a synthetic value with characters beyond the Basic Plane is restored', () => {
  const made = { ...token('𑁦 (985) 555-0196', '𑁦 (212) 555-0101'), kind: 'synthetic' as const };
  expect(whole(restoring([made]), 'call 𑁦 (985) 555-0196!', false)).toBe('call 𑁦 (212) 555-0101!');
});

describe('holding back', () => {
  it('nothing but what may be the beginning of a token', () => {
    const channel = restoring([EMAIL]).channel(false);
    expect(channel.push('Hello, wor')).toBe('Hello, wor');
    expect(channel.push('ld <')).toBe('ld ');
    expect(channel.push('b>bold</b> <EMA')).toBe('<b>bold</b> ');
    expect(channel.push('IL_1> bye')).toBe(`${EMAIL.value} bye`);
    expect(channel.flush()).toBe('');
  });

  it('never more than it says', () => {
    const restorer = restoring([EMAIL, token('<STREET_ADDRESS_123>', 'x')]);
    const spelled = [...'<STREET_ADDRESS_12']
      .map((char) => `\\\\u00${char.charCodeAt(0).toString(16)}`)
      .join('');
    for (const text of [
      spelled,
      '<STREET_ADDRESS_12',
      '<<<<<<<<',
      '\\\\\\\\\\\\',
      '&&&&&lt',
      spelled + spelled,
    ]) {
      const channel = restorer.channel(true);
      let given = 0;
      for (const [i, char] of [...text].entries()) {
        given += channel.push(char).length;
        expect(i + 1 - given).toBeLessThanOrEqual(restorer.mostHeld);
      }
    }
  });
});

describe('synthetic values', () => {
  const make = (text: string): string => redact(text, 'synthetic').redacted;

  it('are the same for the same value and secret', () => {
    expect(make('mail jo@corp.test.com')).toBe(make('mail jo@corp.test.com'));
  });

  it.each([
    ['mail jo@corp.io', /^mail [\w.]+@example\.(?:com|net|org)$/],
    ['call (212) 736-5000', /^call \(\d{3}\) 555-01\d\d$/],
    ['call +44 20 7946 0958', /^call \+44 7700 900\d{3}$/],
    ['call +49 30 901820', /^call \+1 \d{3}-555-01\d\d$/],
    ['call 07946 123456', /^call 07700 900\d{3}$/],
    ['call 1-212-736-5000', /^call 1-\d{3}-555-01\d\d$/],
    ['card 4111 1111 1111 1111', /^card 4000 00\d\d \d{4} \d{4}$/],
    ['card 3782 822463 10005', /^card 3782 82\d{4} \d{5}$/],
    ['card 6011 1111 1111 1117', /^card 6011 11\d\d \d{4} \d{4}$/],
    ['Dear Mr. Smith', /^Dear Mr\. [A-Z][a-z]+$/],
    ['John Smith called', /^[A-Z][a-z]+ [A-Z][a-z]+ called$/],
    ['from 8.8.4.200', /^from (?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/],
    ['2a00:1450:4001:81b::200e', /^2001:db8:/],
    ['ssn 536-22-1234', /^ssn 9\d\d-00-\d{4}$/],
    ['00:1B:44:11:3A:B7', /^00:00:5E:00:53:[0-9A-F]{2}$/],
    ['00-1B-44-11-3A-B7', /^00-00-5E-00-53-[0-9A-F]{2}$/],
    ['IBAN GB82WEST12345698765432', /^IBAN GB\d\dXXXX\d{14}$/],
  ])('of %s are reserved ones', (text, expected) => {
    expect(make(text)).toMatch(expected);
  });

  it('of IBANs and cards have good check digits', () => {
    const iban = make('IBAN DE89370400440532013000').slice(5);
    const card = make('card 5555555555554444').slice(5);
    expect(detector.find(`${iban} ${card}`).map(({ type }) => type)).toEqual(['IBAN_CODE', 'CREDIT_CARD']);
  });
});
