// The arguments of tool calls in an answer: JSON, looked at whole, changed only where a value stands.
import { describe, expect, it } from 'vitest';
import type { GatewayError } from '../../../kong/relay/errors.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { Vault } from '../../../plugins/pii-redact/act/vault.ts';
import { argumentsRedactor } from '../../../plugins/pii-redact/answer-redactor.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { jsonLiterals } from '../../../plugins/pii-redact/json/literals.ts';
import { atOnce } from '../../../plugins/pii-redact/pace.ts';
import { makeSettings } from '../../../plugins/pii-redact/settings.ts';

function redact(text: string, size = text.length, { config = {}, dryRun = false } = {}) {
  const settings = makeSettings(parseConfig(piiRedactConfig, config));
  const counts: Record<string, number>[] = [];
  const editor = argumentsRedactor({
    detector: new Detector(),
    settings,
    vault: new Vault(settings),
    count: (found) => void counts.push({ ...found }),
    dryRun,
  });
  let given = '';
  for (let at = 0; at < text.length; at += size) given += editor.push(text.slice(at, at + size));
  return { given, whole: given + editor.flush(), counts };
}

describe('arguments that are streamed', () => {
  it('are given out whole, redacted, and stay JSON', () => {
    const text =
      '{"to": "jo@corp.io", "copies": ["ann@corp.io", "jo@corp.io"], "tries": 3, "ssn": "536-22-1234"}';
    const { given, whole, counts } = redact(text, 5);
    expect(given).toBe('');
    expect(JSON.parse(whole)).toEqual({
      to: '<EMAIL_1>',
      copies: ['<EMAIL_2>', '<EMAIL_1>'],
      tries: 3,
      ssn: '<US_SSN_1>',
    });
    expect(counts).toEqual([{ EMAIL_ADDRESS: 3, US_SSN: 1 }]);
  });

  it('the name of a field is a word beside its value, and a number becomes a string', () => {
    expect(redact('{"phone": 2125550100, "order": 2125550199}').whole).toBe(
      '{"phone": "<PHONE_1>", "order": 2125550199}',
    );
  });

  it('without a finding are as they came', () => {
    const text = '{ "a" :1e3,\n"b":[true , null] }';
    expect(redact(text, 3)).toEqual({ given: '', whole: text, counts: [] });
  });

  it('that are no JSON are looked at as a text', () => {
    expect(redact('to=jo@corp.io; {').whole).toBe('to=<EMAIL_1>; {');
  });

  it('that are too long to be held go on as a text, redacted', () => {
    const text = `{"text": "${'calm words and no names. '.repeat(900)}", "to": "jo@corp.io"}`;
    const { given, whole } = redact(text, 500);
    expect(given.length).toBeGreaterThan(0);
    expect(whole).toBe(text.replace('jo@corp.io', '<EMAIL_1>'));
  });

  it('in a dry run are counted and left', () => {
    const text = '{"to": "jo@corp.io"}';
    expect(redact(text, 4, { dryRun: true })).toMatchObject({ whole: text, counts: [{ EMAIL_ADDRESS: 1 }] });
  });

  it('with a value that is to be blocked are refused', () => {
    let refused: GatewayError | undefined;
    try {
      redact('{"to": "jo@corp.io"}', 4, { config: { action: 'block' } });
    } catch (error) {
      refused = error as GatewayError;
    }
    expect(refused).toMatchObject({ code: 'pii_answer_blocked' });
  });
});

describe('the values of a JSON text', () => {
  const literals = (text: string) =>
    atOnce(jsonLiterals(text))?.map(({ key, kind, text: value, start, end }) => [
      key,
      kind,
      value,
      text.slice(start, end),
    ]);

  it('have the name of their field, at every depth, and what stands in the text', () => {
    expect(literals('{"a": "x\\ny", "b": {"c": [1.5e-3, "z"], "d": -2}, "e" : "w"}')).toEqual([
      ['a', 'string', 'x\ny', '"x\\ny"'],
      ['c', 'number', '1.5e-3', '1.5e-3'],
      ['c', 'string', 'z', '"z"'],
      ['d', 'number', '-2', '-2'],
      ['e', 'string', 'w', '"w"'],
    ]);
  });

  it('of the second of two objects are under no name of the first', () => {
    expect(literals('[{"a": {"b": 1}}, "x"]')).toEqual([
      ['b', 'number', '1', '1'],
      ['', 'string', 'x', '"x"'],
    ]);
  });

  it.each([
    ['a text', 'hello'],
    ['a string', '"x"'],
    ['a string that does not end', '{"a": "x'],
    ['a string that ends with its escape', '{"a": "x\\"}'],
    ['an escape that is none', '{"a": "\\x"}'],
    ['something closed that was never opened', '{"a": 1}]'],
    ['something that is not closed', '{"a": 1'],
    ['words of no JSON', '{"a": UNDEFINED}'],
    ['words behind it', '{"a": 1} AND MORE'],
    ['a string that is the last and is no name', '{"a"'],
  ])('%s has none: it is no JSON', (_what, text) => {
    expect(literals(text)).toBeUndefined();
  });
});
