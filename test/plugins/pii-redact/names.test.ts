// Names of persons: where one begins and ends, and what makes capitalised words one.
import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { expectMarked } from './marked.ts';

it.each([
  ['in capitals', '[[JOHN SMITH]] called'],
  ['with an initial', '[[John F. Kennedy]] came'],
  ['with two given names', '[[John Maria]] came'],
  ['with two given names that are joined', '[[Anne-Marie Smith]] came'],
  ['with a particle', '[[John van Zork]] came'],
  ['with two particles', '[[Robert van der Zork]] came'],
  ['with a surname in no list', '[[John Zork]] came'],
  ['with a given name that is a word', '[[Will Schmidt]] won'],
  ['with two surnames', '[[Robert Andersson-Zork]] came'],
  ['without a possessive’s s', '[[John Smith]]’s car'],
  ['without an s behind a straight apostrophe', "[[John Smith]]'s car"],
  ['with an apostrophe of its own', '[[Robert O’Neil]]’s house'],
  ['behind a title, whatever it is', 'Mr. [[Zork]] came'],
  ['behind an office, when it is known', 'Judge [[Smith]] came'],
  ['behind an office, when its given name is', 'Judge [[Robert Zork]] came'],
  ['behind a greeting, when it is known', 'Hi [[Robert]], hello'],
  ['behind a greeting and a title', 'Dear Mr. [[Zork Blaf]], hello'],
  ['with the surname first', '[[Smith, John]] came'],
])('is taken %s', (_how, marked) => {
  expectMarked('PERSON', marked);
});

it.each([
  ['a given name alone', 'John’s car'],
  ['one with an initial alone', 'John F. came'],
  ['capitals beside small letters', 'John SMITH came'],
  ['capitals, the second in no list', 'JOHN ZORK came'],
  ['two sentences', 'I saw John. Smith came'],
  ['words that are names too', 'Will Power won'],
  ['a word that is a name and a given name', 'Will John come'],
  ['a surname and a word that is a name', 'Smith, Will came'],
  ['a particle and a day', 'Robert de Monday came'],
  ['an office and an unknown word', 'Judge Zork came'],
  ['a title and a day', 'Dr Monday came'],
  ['a greeting and unknown words', 'Hi Zork Blaf, hello'],
  ['a greeting and capitals', 'Dear ZORK BLAF, hello'],
  ['a greeting and a word that is a name', 'Dear Will, hello'],
  ['an introduction and one unknown word', 'my name is Zork'],
  ['an introduction and four unknown words', 'name: "Zork Blaf Gnu Moo"'],
])('%s is left', (_what, text) => {
  expectMarked('PERSON', text);
});

describe('with a low min_score', () => {
  const detector = new Detector({ ...DEFAULT_OPTIONS, minScore: () => 0.3 });
  it.each([
    ['a given name alone', 'John’s car', 'John'],
    ['two letters behind a given name', 'John Zo came', 'John Zo'],
    ['a word that is a name and a given name', 'Will John come', 'Will John'],
    ['words that are names too', 'Mark Price won', 'Mark Price'],
    ['a word that is a name and a particle', 'Will van Zork came', 'Will van Zork'],
  ])('%s is one', (_what, text, name) => {
    expect(detector.find(text).map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`)).toEqual([
      `PERSON: ${name}`,
    ]);
  });
});
