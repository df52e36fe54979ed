import { expect, test } from 'vitest';
import { REDACT_TEXT } from '../../../kong/registry.ts';
import { play, start } from './support.ts';

test('payloads go through the redactor of pii-redact', async () => {
  const started = start({ log_payloads: true }, { redactText: REDACT_TEXT! });
  const content = 'Write to max.mustermann@example.org, card 4111 1111 1111 1111, please.';
  await play(started.stage, {
    body: { messages: [{ role: 'user', content }] },
    text: 'Done, max.mustermann@example.org has it.',
    usage: { input: { total: 1 }, output: { total: 1 } },
  });
  const [record] = await started.records();
  const { request, response } = record!.ai.proxy.payload!;
  expect(request).toMatch(/^user: Write to .*, card .*, please\.$/);
  expect(response).toContain('Done, ');
  expect(JSON.stringify(record)).not.toMatch(/mustermann|4111/);
});
