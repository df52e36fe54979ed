// The process that counts for all relay workers of a machine is gone, or has no time.
import { expect, test } from 'vitest';
import { GatewayError } from '../../../kong/relay/errors.ts';
import { answered, newExchange, request, startStage, testHost, usage } from './support/stage.ts';

const gone = {
  call: () => Promise.reject(new Error('the primary process did not answer')),
  listen: () => () => {},
};

test('without a count nobody passes: 503 limits_unavailable, and the model is not asked', async () => {
  const policies = [{ name: 'all', limits: [{ unit: 'requests', limit: 10, window: 'minute' }] }];
  const stage = startStage({ policies }, { ...testHost(), node: gone });
  let asked = false;
  const error = await request(
    stage,
    (exchange) => {
      asked = true;
      return answered(exchange, usage(1, 1));
    },
    newExchange(),
  ).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GatewayError);
  expect(error).toMatchObject({ code: 'limits_unavailable', status: 503 });
  expect(asked).toBe(false);
  stage.close?.();
});
