import { expect, it } from 'vitest';
import { ConnectionClosed } from '../support/fake-kong.ts';
import { NAMES, startServer } from './start.ts';

it('it tells the names of its plugins, and what each one is', async () => {
  const kong = await (await startServer()).kong();
  const names = await kong.call({ call: 'cmd_get_plugin_names', args: {} });
  expect(names.plugin_names).toEqual({ names: [...NAMES] });
  const { plugin_info } = await kong.call({ call: 'cmd_get_plugin_info', args: { name: 'prompt-guard' } });
  expect(plugin_info).toMatchObject({
    name: 'prompt-guard',
    version: '1.2.3',
    priority: 798,
    phases: ['access'],
  });
  expect(JSON.parse(plugin_info!.schema)).toMatchObject({ name: 'prompt-guard', fields: expect.any(Array) });
});

it('an instance is started, asked for and closed', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('cost-log', { word: 'x', __plugin_id: 'p1', __seq__: 3, service_id: null });
  const { instance_status } = await kong.call({ call: 'cmd_get_instance_status', args: { instance_id: id } });
  expect(instance_status).toMatchObject({
    name: 'cost-log',
    instance_id: id,
    started_at: expect.any(Number),
  });
  expect([...server.configs.entries()].map(([, record]) => record)).toEqual([
    { plugin: 'cost-log', pluginId: 'p1', config: { word: 'x' } },
  ]);
  await kong.call({ call: 'cmd_close_instance', args: { instance_id: id } });
  await expect(kong.event(id)).rejects.toThrow(ConnectionClosed);
});

it.each([
  [
    'starting a plugin that does not exist',
    { call: 'cmd_start_instance', args: { name: 'nobody', config: Buffer.from('{}') } },
  ],
  ['asking for a plugin that does not exist', { call: 'cmd_get_plugin_info', args: { name: 'nobody' } }],
  [
    'asking for an instance that does not exist',
    { call: 'cmd_get_instance_status', args: { instance_id: 5 } },
  ],
  ['closing an instance that does not exist', { call: 'cmd_close_instance', args: { instance_id: 5 } }],
] as const)('%s closes the connection', async (_name, call) => {
  const kong = await (await startServer()).kong();
  await expect(kong.call(call)).rejects.toThrow(ConnectionClosed);
});

it('a wrong config is started all the same, answers 500 config_invalid, and the log names the field', async () => {
  const server = await startServer();
  const kong = await server.kong();
  const id = await kong.start('cost-log', { depth: 'deep', __plugin_id: 'p1' });
  const { calls } = await kong.event(id);
  expect(calls).toHaveLength(1);
  const [method, [status, body, headers]] = calls[0]!;
  expect([method, status, headers]).toEqual([
    'kong.response.exit',
    500,
    { 'content-type': 'application/json' },
  ]);
  expect(JSON.parse(String(body))).toMatchObject({ error: { code: 'config_invalid', type: 'server_error' } });
  expect(String(body)).not.toContain('depth');
  const refused = server.lines.find(({ message }) => message === 'config refused');
  expect(refused).toMatchObject({ level: 'error', fields: { plugin: 'cost-log' } });
  expect(refused!.fields.reason).toContain('depth');
});

it('a config that is no JSON, or no object, answers 500', async () => {
  const server = await startServer();
  const kong = await server.kong();
  for (const text of ['{"word":', '[]', 'null', '7']) {
    const args = { name: 'cost-log', config: Buffer.from(text) };
    const { instance_status } = await kong.call({ call: 'cmd_start_instance', args });
    const { calls } = await (await server.kong()).event(instance_status!.instance_id);
    expect(calls.map(([method, args]) => [method, args[0]])).toEqual([['kong.response.exit', 500]]);
  }
});

it('bytes that are not the protocol close the connection, and no other', async () => {
  const server = await startServer();
  const good = await server.kong();
  for (const bytes of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x02\x00\x00\x00\xff\xff', '\xff\xff\xff\xff']) {
    const bad = await server.kong();
    bad.write(Buffer.from(bytes, 'latin1'));
    await bad.closed;
  }
  expect((await good.call({ call: 'cmd_get_plugin_names', args: {} })).plugin_names?.names).toHaveLength(6);
});
