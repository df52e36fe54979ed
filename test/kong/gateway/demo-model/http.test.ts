import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sendEvents } from '../../../../kong/gateway/demo-model/http.ts';
import { deferred } from '../../../support/deferred.ts';

test('a stream without end stops being made when the client leaves', async () => {
  const stopped = deferred<void>();
  function* endless() {
    try {
      for (let n = 0; ; n++) yield { n };
    } finally {
      stopped.resolve();
    }
  }
  const outcome = deferred<string>();
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    sendEvents({ request, response, chunkDelayMs: 0, signal: gone.signal }, endless()).then(
      () => outcome.resolve('finished'),
      (error: Error) => outcome.resolve(error.name),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());

  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  request.on('response', (response) => response.once('data', () => request.destroy()));
  request.on('error', () => {});
  expect(await outcome.promise).toBe('AbortError');
  await stopped.promise;
});
