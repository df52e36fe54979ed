import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Usd } from '../../../kong/llm/usd.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';
import { exchangeOf, play, start, tempFolder } from './support.ts';

const USAGE = { input: { total: 10 }, output: { total: 10 } };
const FULL = { max_bytes: 65_536, segment_bytes: 4096, flush_interval: 1 };

test('no record, no service: with refuse_requests a full spool is a 503, until there is room', async () => {
  const started = start({ spool: { ...FULL, when_full: 'refuse_requests' } });
  for (let n = 0; n < 200; n += 1) {
    await play(started.stage, { usage: USAGE });
    if (n % 10 === 9) await started.stage.close?.();
  }
  let asked = false;
  const refused = started.stage.run(exchangeOf({}), async () => {
    asked = true;
  });
  await expect(refused).rejects.toMatchObject({ code: 'log_full', status: 503 });
  expect(asked).toBe(false);
});

test('otherwise a full spool costs records, which are counted, and never a request', async () => {
  const started = start({ spool: { ...FULL, when_full: 'drop_new' } });
  for (let n = 0; n < 200; n += 1) {
    await play(started.stage, { usage: USAGE });
    if (n % 10 === 9) await started.stage.close?.();
  }
  const lost = (await started.metric('kong_ai_log_lost_total')).get('{reason="full"}')!;
  expect(lost).toBeGreaterThan(50);
  expect((await started.records()).length + lost).toBe(200);
  expect((await started.metric('kong_ai_requests_total')).values().next().value).toBe(200);
});

test('a request that was refused before any plugin ran has a record: who, what came of it, and no tokens', async () => {
  const started = start({ log_payloads: true }, { redactText: (text) => text });
  const exchange = exchangeOf({
    id: 'r-9',
    identity: { consumer: { id: 'c', username: 'ada' }, route: { id: 'r', name: 'chat' } },
  });
  started.stage.refused!(exchange);
  exchange.finish({ kind: 'complete', status: 404, error: new GatewayError('unknown_endpoint') });
  const [record] = await started.records();
  expect(record).toMatchObject({
    request: { id: 'r-9', method: 'POST' },
    response: { status: 404 },
    consumer: { username: 'ada' },
    error: { code: 'unknown_endpoint' },
    lines: [],
    cost: { total: '0', known: '0' },
    attempts: [],
  });
  expect(JSON.stringify(record)).not.toContain('Hello');
  const requests = await started.metric('kong_ai_requests_total');
  expect([...requests.keys()]).toEqual([
    '{consumer="ada",route="chat",code="404",outcome="complete",mode="whole"}',
  ]);
});

test('a spool that cannot be written is said at start, with what to set', () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  expect(() => start({ spool: { path: join(file, 'spool') } })).toThrow(/spool\.path or KONG_AI_DATA_DIR/);
});

test('an amount that was written is read as it was', () => {
  for (const picos of [0n, 1n, -1n, 1_063_761_250_000n, 10n ** 24n + 1n]) {
    expect(Usd.parse(Usd.ofPicos(picos).toUsd()).picos).toBe(picos);
  }
  for (const no of ['', '1.', '.5', '1e3', '1.0000000000001', 'x']) expect(() => Usd.parse(no)).toThrow();
});
