// What is no plugin protocol, on the socket that Kong speaks it on.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frame } from '../../kong/rpc/frame.ts';
import { decodeRpcCall, encodeRpcCall, type RpcCall } from '../../kong/rpc/messages.ts';
import { ProtocolError } from '../../kong/rpc/wire.ts';
import { startServer, type TestServer } from '../pluginserver/start.ts';
import { ConnectionClosed } from '../support/fake-kong.ts';
import { budget, FUZZ_TIMEOUT_MS } from './budget.ts';
import { mutatedBytes } from './mutate.ts';

const CALLS: RpcCall[] = [
  { sequence: 1, call: 'cmd_get_plugin_names', args: {} },
  { sequence: 2, call: 'cmd_get_plugin_info', args: { name: 'cost-log' } },
  {
    sequence: 3,
    call: 'cmd_start_instance',
    args: { name: 'cost-log', config: Buffer.from('{"word":"a","__plugin_id":"p"}') },
  },
  { sequence: 4, call: 'cmd_get_instance_status', args: { instance_id: 1 } },
  { sequence: 5, call: 'cmd_handle_event', args: { instance_id: 1, event_name: 'access' } },
  { sequence: 6, call: 'cmd_close_instance', args: { instance_id: 1 } },
] as RpcCall[];

const bodies = CALLS.map((call) => encodeRpcCall(call));
const conversation = Buffer.concat(bodies.map(frame));

const head = fc.nat({ max: 0xffffffff }).map((length) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
});
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
/** Frames whose lengths are right, so that what is within them is read. */
const framed = fc
  .array(fc.constantFrom(...bodies).chain(mutatedBytes), { minLength: 1, maxLength: 4 })
  .map((list) => Buffer.concat(list.map(frame)));

const bytes = fc.oneof(
  noise,
  framed,
  mutatedBytes(conversation),
  fc.tuple(head, noise).map((parts) => Buffer.concat(parts)),
);

it(
  'a call is decoded or refused as no protocol, whatever its bytes',
  () => {
    const body = fc.oneof(noise, fc.constantFrom(...bodies).chain(mutatedBytes));
    fc.assert(
      fc.property(body, (one) => {
        try {
          expect(CALLS.map(({ call }) => call)).toContain(decodeRpcCall(one).call);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      budget(3_000),
    );
  },
  FUZZ_TIMEOUT_MS,
);

async function stillServes(server: TestServer): Promise<void> {
  const kong = await server.kong();
  const { plugin_names } = await kong.call({ call: 'cmd_get_plugin_names', args: {} });
  expect(plugin_names!.names).toContain('ai-proxy-ts');
  const { calls } = await kong.event(await kong.start('cost-log', { word: 'a' }));
  expect(calls.map(([method]) => method)).toContain('kong.service.request.add_header');
  kong.close();
}

it(
  'the server answers others, whatever one connection writes',
  async () => {
    const server = await startServer();
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (written, leaves) => {
        const bad = await server.kong();
        bad.write(written);
        // An answer, a hang-up or nothing, since more is waited for: the next one must not be held up by it.
        if (leaves) bad.close();
        await stillServes(server);
        bad.close();
        await bad.closed;
      }),
      budget(120),
    );
  },
  FUZZ_TIMEOUT_MS,
);

it('an event’s answers that are none end that connection only', async () => {
  const server = await startServer();
  await fc.assert(
    fc.asyncProperty(fc.array(noise, { minLength: 20, maxLength: 20 }), async (answers) => {
      const kong = await server.kong();
      const id = await kong.start('ai-proxy-ts', {});
      kong.write(
        frame(
          encodeRpcCall({
            sequence: 9,
            call: 'cmd_handle_event',
            args: { instance_id: id, event_name: 'access' },
          }),
        ),
      );
      await kong.arrival();
      for (const answer of answers) kong.write(frame(answer));
      await stillServes(server);
      kong.close();
      await kong.closed.catch((error) => expect(error).toBeInstanceOf(ConnectionClosed));
    }),
    budget(40),
  );
});
