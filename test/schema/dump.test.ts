// The dump has the keys that Kong looks for.
import { expect, it } from 'vitest';
import { checkKongSchema, pluginDump, toKongSchema } from '../../kong/schema/index.ts';
import { example } from './example.ts';

it('survives JSON with the schema that Kong accepts', () => {
  const schema = toKongSchema('example', example);
  const dump = JSON.parse(
    JSON.stringify(
      pluginDump({ name: 'example', version: '1.0.0', priority: 770, phases: ['access'], schema }),
    ),
  );
  expect(dump).toEqual({
    Protocol: 'ProtoBuf:1',
    Plugins: [
      { Name: 'example', Version: '1.0.0', Priority: 770, Phases: ['access'], Schema: expect.anything() },
    ],
  });
  expect(checkKongSchema(dump.Plugins[0].Schema)).toEqual([]);
});
