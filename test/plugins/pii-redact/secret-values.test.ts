// Passwords, tokens and keys: which values behind which names are taken, from where to where, and which are left.
import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { expectMarked } from './marked.ts';

const CASES: [name: string, type: string, cases: [what: string, marked: string][]][] = [
  [
    'a password is taken',
    'PASSWORD',
    [
      ['two cases', 'password = "[[geHeimnis]]"'],
      ['signs among letters', 'password = "[[a!bcde]]"'],
      ['digits alone, in quotes', 'password: "[[48213]]"'],
      ['a plain word in quotes', 'password = "[[geheimnis]]"'],
      ['words, one of them with a digit', 'password = "[[two words here now1]]"'],
      ['a passphrase', 'password: "[[correct horse battery staple]]"'],
      ['up to the end of a sentence', 'password: [[Geheim123]].'],
      ['up to the space, without quotes', 'password: [[hunter2]] and more'],
      ['a quote that is never closed', 'password = "[[x9!kLmn]]'],
      ['a quote within quotes', '"password": "[[x9\\"!kLmn]]",'],
      ['a string literal with a prefix', 'password = b"[[x9!kLmn]]"'],
      ['JSON within a string', '{\\"password\\": \\"[[x9!kLmn]]\\", \\"port\\": 1}'],
      ['a quote within JSON within a string', '{\\"password\\": \\"[[x9!k\\\\\\"Lmn]]\\", \\"port\\": 1}'],
      ['a backslash that ends JSON within a string', '{\\"password\\":\\"[[x9!kLmn\\\\\\\\]]\\"}'],
      ['a name and a value as arguments', 'put("password", "[[x9!kLmn4]]")'],
      ['an attribute beside its name', 'name: DB_PASSWORD, value: [[Geheim123]]'],
      ['a number that is a PIN', 'pin = "[[49214]]"'],
      ['said with digits', 'the password to [[ab12cd34]]'],
      ['said with a sign', 'use the password [[Zx#kqpw!]]'],
      ['said as a word and a year', 'the password is [[summer24]]'],
      ['a passcode that is said', 'passcode [[49213]]'],
      ['an option of a command', 'tool --password [[Geheim123]]'],
      ['a token as an option of a command', 'tool --token [[a8Fk2x0Qp9ZtR4mN]]'],
      ['the user of curl', 'curl -u admin:[[Geheim123]] https://x.example'],
      ['a variable that is set', 'setx DB_PASSWORD [[Geheim123]]'],
    ],
  ],
  [
    'a password is left',
    'PASSWORD',
    [
      ['nothing behind the name', 'password:'],
      ['a number without quotes', 'password: 482133'],
      ['a plain word without quotes', 'password = geheimnis'],
      ['four letters', 'password = "gehe"'],
      ['one letter too few', 'is the password: x9?'],
      ['a hint', 'password: "enter the correct horse"'],
      ['words without digit or sign', 'password = "Rain falls gently"'],
      ['too many words', 'password = "a b c d e f g 1"'],
      ['a comparison', 'password = "a==b||c"'],
      ['a template', `password = "abc\${X}def1"`],
      ['a call', 'password: get('],
      ['an element', 'password = Geheim123[0]'],
      ['an argument that is no literal', 'setPassword(x9kLmn44)'],
      ['a list of names', 'fields: "password", "user_name"'],
      ['an element that holds others', '<password>Geheim!123<br>'],
      ['an element that never ends', '<password>Geheim!123'],
      ['a limit beside its name', 'name: MAX_TOKENS, value: 4096'],
      ['a word that says which', 'use password correct'],
      ['a count that is said', 'the password is 3rd'],
      ['a place that is said', 'the password is https://x.example/a1'],
      ['an option of no value', 'tool --password --verbose'],
      ['a stand-in', 'tool --password changeme'],
      ['a PIN in letters', 'pin = "many"'],
      ['a variable that is none', 'set PATH_NAME Geheim123'],
    ],
  ],
  [
    'a secret is taken',
    'SECRET',
    [
      ['a UUID', 'api_key = "[[550e8400-e29b-41d4-a716-446655440000]]"'],
      ['letters of both cases', 'api_key = "[[qWzRtXuIkPvSdFgHjKlZ]]"'],
      ['a long number in quotes', 'api_key = "[[1234567890123456]]"'],
      ['a word and a year in quotes', 'api_key = "[[release2024]]"'],
      ['letters and digits by turns', 'api_key = "[[ab12ab12]]"'],
      ['a short one, drawn', 'api_key = "[[abc1234567x9]]"'],
      ['all signs', 'signing key: "[[8x!k2^v9@z#q$w%e&r*t(y)u_i+o=p]]"'],
      ['signs, of few kinds', 'secret_key = "[[aaaaaaaaaaaa!!!!!!!!!!!!]]"'],
      ['some key, drawn', 'widget_key = "[[a8Fk2x0Qp9ZtR4mN7vBs]]"'],
      ['without the mark of a question', 'token: [[what8zKq3Lm5Tp7Xw]]?'],
      ['an element', '<Token>[[a8Fk2x0Qp9ZtR4mN]]</Token>'],
      ['a call of a setter', 'client.token("[[a8Fk2x0Qp9ZtR4mN]]")'],
      ['a name and a value as arguments', 'put("api_token", "[[x9kLmn44zz]]")'],
      ['an instruction of a Dockerfile', 'ENV API_TOKEN [[a8Fk2x0Qp9ZtR4mN]]'],
      ['basic authorization', 'Authorization: Basic [[dXNlcjpwYXNzd29yZA==]]'],
      ['basic authorization without padding', 'Authorization: Basic [[YWxhZGRpbjpvcGVuc2VzYW1l]]'],
      ['a digest as authorization', 'Digest [[d41d8cd98f00b204e9800998ecf8427e]]'],
      ['a drawn text near the word', 'the key [[a8Fk2x0Qp9ZtR4mN7vBs]]'],
    ],
  ],
  [
    'a secret is left',
    'SECRET',
    [
      ['a UUID that is some key', 'widget_key = "550e8400-e29b-41d4-a716-446655440000"'],
      ['a digest that is some key', 'widget_key = "0a8f2e0c9d1b4a7e3c5d8f90"'],
      ['a short text that is some key', 'widget_key = "a8Fk2x0Qp9"'],
      ['capitals alone', 'api_key = "QWZRTXUIKPVSDFGHJKLZ"'],
      ['small letters alone', 'api_key = "qwzrtxuikpvsdfghjklz"'],
      ['a name of something', 'api_key = "myServiceBrokerName"'],
      ['letters and a sign, too short', 'api_key = "qz-r/txu"'],
      ['words', 'api_key = "a b c d e f g h"'],
      ['a short number', 'api_key = "12345678"'],
      ['a word and a year without quotes', 'api_key = release2024'],
      ['a name with a version', 'api_key = "build-v12"'],
      ['words with a year among them', 'api_key = "summer-release2024x"'],
      ['letters and digits by turns, without quotes', 'api_key = ab12ab12'],
      ['an index', 'token = x['],
      ['a list of dotted names', 'the list "db.api.token", "x9kLmn44" follows'],
      ['a bearer without digits', 'Bearer abcdefghijklmnopqrstuvwx'],
      ['a bearer to be put in', 'Bearer your-token-goes-here-123'],
      ['a text about basics', 'Basic understanding-of-things'],
      ['a drawn text that is a commit', 'the commit a8Fk2x0Qp9ZtR4mN7vBs'],
      ['a small drawn text far from the word', 'key for the shared account of the team a8fk2x0qp9ztr4mn7vbs'],
      ['a version of a Dockerfile', 'ENV NODE_VERSION 20.19.43-slim'],
    ],
  ],
  [
    'a provider’s key is taken',
    'API_KEY',
    [['a short beginning and a drawn text', 'see [[s.a8Fk2x0Qp9ZtR4mN7vBsWqEr]]']],
  ],
  [
    'a provider’s key is left',
    'API_KEY',
    [
      ['a member of something', 's.functionNameOfTheModuleHe'],
      ['one letter many times', 'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
      ['two letters by turns', 'ghp_abababababababababababababababababab'],
      ['one to be put in', 'ghp_yourTokenGoesHere1234567890abcdefghi'],
    ],
  ],
  [
    'a private key',
    'PRIVATE_KEY',
    [
      [
        'that was cut off is taken',
        '[[-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq1xq5Yw0l4dG9v7c8n2abc]]\n',
      ],
      ['that is only mentioned is left', '-----BEGIN PRIVATE KEY----- is how a key begins.'],
      ['is no certificate', '-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA7bq1xq5Yw0l4dG9v7c8n2abc\n'],
    ],
  ],
];

describe.each(CASES)('%s', (_name, type, cases) => {
  it.each(cases)('%s', (_what, marked) => {
    expectMarked(type, marked);
  });
});

it('a low min_score takes what is left by default', () => {
  const detector = new Detector({ ...DEFAULT_OPTIONS, minScore: () => 0.3 });
  for (const text of ['password = geheimnis', 'api_key = release2024', 'api_key = ab12ab12'])
    expect(detector.find(text)).toHaveLength(1);
});
