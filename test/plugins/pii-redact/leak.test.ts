// Values never appear in logs at any level, in errors, metrics or headers, whatever fails.
import { expect, it } from 'vitest';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { makeMetrics } from '../../../plugins/pii-redact/metrics.ts';
import { makeSettings } from '../../../plugins/pii-redact/settings.ts';
import { type Provide, piiRelay, says, streams } from './stage.ts';

const PLANTED = [
  'planted.person@secret-host.io',
  '+1 212 736 5077',
  '4929 3813 3266 4295',
  'Pl4nted!pass',
  '536-22-7788',
];
const PROMPT = `mail ${PLANTED[0]}, call ${PLANTED[1]}, card ${PLANTED[2]}, password: ${PLANTED[3]}, SSN ${PLANTED[4]}`;

const throws: Provide = () => {
  throw new Error('provider broke');
};

const CASES: [name: string, config: Record<string, unknown>, provide: Provide][] = [
  ['all is well', {}, says(() => 'ok')],
  ['the provider throws', {}, throws],
  ['the entity is blocked', { action: 'block' }, says(() => 'ok')],
  ['the answer is blocked', { direction: 'response', action: 'block' }, says(() => PROMPT)],
  ['the streamed answer is blocked', { direction: 'response', action: 'block' }, streams(() => PROMPT, 3)],
  ['the NER service cannot be reached', { ner: { url: 'http://127.0.0.1:9' } }, says(() => 'ok')],
  [
    'the NER service cannot be reached and is not needed',
    { ner: { url: 'http://127.0.0.1:9', on_error: 'ignore' } },
    says(() => 'ok'),
  ],
  ['nothing is changed', { dry_run: true }, says(() => 'ok')],
  ['a secret is missing', { action: 'hash', secret: 'env://PII_TEST_NOT_SET' }, says(() => 'ok')],
];

it.each(CASES)('%s', async (_name, config, provide) => {
  const relay = await piiRelay(config, provide);
  const response = await relay.chat(PROMPT, { stream: provide === CASES[4]![2] });
  const body = await response.text().catch(() => '');
  const written = [
    JSON.stringify(relay.lines),
    JSON.stringify([...response.headers]),
    JSON.stringify(relay.notes),
    body,
  ];
  for (const value of PLANTED) for (const place of written) expect(place).not.toContain(value);
});

it('metrics have entities and counts', async () => {
  const metrics = new Metrics();
  makeMetrics(metrics).found({ EMAIL_ADDRESS: 2 }, 'request', makeSettings(parseConfig(piiRedactConfig, {})));
  expect(await metrics.registry.metrics()).toContain(
    'kong_ai_pii_entities_total{entity="EMAIL_ADDRESS",direction="request",action="placeholder"} 2',
  );
});
