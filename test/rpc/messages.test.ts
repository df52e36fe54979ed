import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRpcCall,
  decodeRpcReturn,
  encodeRpcCall,
  encodeRpcReturn,
  type RpcCall,
} from '../../kong/rpc/messages.ts';
import { ProtocolError } from '../../kong/rpc/wire.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const id = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const sequence = fc.maxSafeInteger();
const calls: fc.Arbitrary<RpcCall> = fc.oneof(
  fc.record({ sequence, call: fc.constant('cmd_get_plugin_names' as const), args: fc.constant({}) }),
  fc.record({
    sequence,
    call: fc.constant('cmd_get_plugin_info' as const),
    args: fc.record({ name: fc.string({ unit: 'grapheme' }) }),
  }),
  fc.record({
    sequence,
    call: fc.constant('cmd_start_instance' as const),
    args: fc.record({ name: fc.string(), config: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }),
  }),
  fc.record({
    sequence,
    call: fc.constantFrom('cmd_get_instance_status' as const, 'cmd_close_instance' as const),
    args: fc.record({ instance_id: id }),
  }),
  fc.record({
    sequence,
    call: fc.constant('cmd_handle_event' as const),
    args: fc.record({ instance_id: id, event_name: fc.string() }),
  }),
);

// Worked out by hand from Kong's pluginsocket.proto: key = number * 8 + wire type, lengths and integers as varints.
describe('bytes on the wire', () => {
  it.each<[string, RpcCall, string]>([
    // 33 * 8 + 2 = 266 = 8a 02
    [
      'start_instance',
      {
        sequence: 1,
        call: 'cmd_start_instance',
        args: { name: 'ai', config: Buffer.from('{}') },
      },
      '08 01  8a 02 08  0a 02 61 69  12 02 7b 7d',
    ],
    // 36 * 8 + 2 = 290 = a2 02; 300 = ac 02
    [
      'handle_event',
      {
        sequence: 300,
        call: 'cmd_handle_event',
        args: { instance_id: 150, event_name: 'access' },
      },
      '08 ac 02  a2 02 0b  08 96 01  12 06 61 63 63 65 73 73',
    ],
    // A negative int32 is sign-extended to ten bytes.
    [
      'close_instance',
      { sequence: 2, call: 'cmd_close_instance', args: { instance_id: -1 } },
      '08 02  9a 02 0b  08 ff ff ff ff ff ff ff ff ff 01',
    ],
    ['get_plugin_names', { sequence: 5, call: 'cmd_get_plugin_names', args: {} }, '08 05  fa 01 00'],
  ])('of %s', (_name, call, bytes) => {
    expect(encodeRpcCall(call).toString('hex')).toBe(hex(bytes).toString('hex'));
    expect(decodeRpcCall(hex(bytes))).toEqual(call);
  });

  it('of the returns', () => {
    // 33 * 8 + 2 = 8a 02: name = 1, instance_id = 2, started_at = 4
    const status = { sequence: 2, instance_status: { name: 'x', instance_id: 7, started_at: 9 } };
    expect(encodeRpcReturn(status).toString('hex')).toBe(
      hex('08 02  8a 02 07  0a 01 78  10 07  20 09').toString('hex'),
    );
    // 31 * 8 + 2 = fa 01: names = 1, repeated
    const names = { sequence: 3, plugin_names: { names: ['a', 'b'] } };
    expect(encodeRpcReturn(names).toString('hex')).toBe(
      hex('08 03  fa 01 06  0a 01 61  0a 01 62').toString('hex'),
    );
    // 32 * 8 + 2 = 82 02: name = 1, phases = 4, version = 5, priority = 6, schema = 7
    const info = { name: 'p', phases: ['access'], version: '1', priority: 770, schema: '{}' };
    expect(encodeRpcReturn({ sequence: 4, plugin_info: info }).toString('hex')).toBe(
      hex('08 04  82 02 15  0a 01 70  22 06 61 63 63 65 73 73  2a 01 31  30 82 06  3a 02 7b 7d').toString(
        'hex',
      ),
    );
  });

  it('leave out what holds its default, and it reads as the default', () => {
    expect(decodeRpcCall(hex('9a 02 00'))).toEqual({
      sequence: 0,
      call: 'cmd_close_instance',
      args: { instance_id: 0 },
    });
  });
});

describe('calls and returns', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(calls, (call) => {
        expect(decodeRpcCall(encodeRpcCall(call))).toEqual(call);
      }),
    );
  });

  it('round-trip with the config of an instance', () => {
    const text = fc.string();
    const status = fc.record({
      name: text,
      instance_id: id,
      config: fc.dictionary(
        text,
        fc.oneof(text, fc.boolean(), fc.double({ noNaN: true }), fc.constant(null)),
      ),
      started_at: fc.nat(),
    });
    fc.assert(
      fc.property(sequence, status, (number, instance_status) => {
        const value = { sequence: number, instance_status };
        // A Struct's keys make a plain object, whatever the dictionary's prototype.
        expect(JSON.stringify(decodeRpcReturn(encodeRpcReturn(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('skip fields that are not known, of every wire type', () => {
    const unknown = ['98 06 ff 01', '99 06 0102030405060708', '9a 06 02 ffff', '9d 06 01020304'];
    for (const extra of unknown) {
      expect(decodeRpcCall(hex(`${extra} 08 05 fa 01 00 ${extra}`))).toEqual({
        sequence: 5,
        call: 'cmd_get_plugin_names',
        args: {},
      });
    }
  });

  it('that no proto has are refused', () => {
    // 40 * 8 + 2 = c2 02
    expect(() => decodeRpcCall(hex('08 01 c2 02 00'))).toThrow(ProtocolError);
    expect(() => decodeRpcCall(Buffer.alloc(0))).toThrow(ProtocolError);
  });

  it('cut off anywhere are a ProtocolError or a shorter call, never another error', () => {
    fc.assert(
      fc.property(calls, fc.nat(), (call, at) => {
        const bytes = encodeRpcCall(call);
        try {
          decodeRpcCall(bytes.subarray(0, at % bytes.length));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });

  it('whose fields run past their end are refused', () => {
    // The command says eleven bytes, and two are there; then a name of nine bytes in a command of two.
    for (const bytes of ['08 01 a2 02 0b 08 01', '08 01 82 02 02 0a 09', '08 01 99 06 01 02', '08 ff']) {
      expect(() => decodeRpcCall(hex(bytes))).toThrow(ProtocolError);
    }
  });

  it('never crash on garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (garbage) => {
        for (const decode of [decodeRpcCall, decodeRpcReturn]) {
          try {
            decode(Buffer.from(garbage));
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuse a number that no varint can hold, instead of writing for ever', () => {
    for (const sequence of [Number.POSITIVE_INFINITY, Number.NaN, 1.5]) {
      expect(() => encodeRpcReturn({ sequence })).toThrow(RangeError);
    }
  });
});
