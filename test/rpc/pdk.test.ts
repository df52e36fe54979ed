import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePdkArgs,
  decodePdkResult,
  encodePdkArgs,
  encodePdkResult,
  onlyWrites,
  type PdkMethod,
} from '../../kong/rpc/pdk.ts';
import { decodeList, decodeStruct, decodeValue, encodeList, encodeValue } from '../../kong/rpc/value.ts';
import { ProtocolError } from '../../kong/rpc/wire.ts';

const hex = (text: string): string => text.replaceAll(' ', '');

describe('PDK arguments', () => {
  it.each<[PdkMethod, unknown[], string]>([
    ['kong.client.get_ip', [], ''],
    ['kong.request.get_header', ['a'], '0a 01 61'],
    // KV { k = 1, v = 2: Value { string_value = 3 } }
    ['kong.service.request.add_header', ['k', 'v'], '0a 01 6b  12 03 1a 01 76'],
    // Target { host = 1, port = 2 }; 8900 = c4 45
    ['kong.service.set_target', ['h', 8900], '0a 01 68  10 c4 45'],
    // ExitArgs { status = 1, body = 2, headers = 3: Struct { fields = 1: entry { key = 1, value = 2 } } }
    [
      'kong.response.exit',
      [500, Buffer.from('x'), { a: 'b' }],
      '08 f4 03  12 01 78  1a 0a  0a 08  0a 01 61  12 03 1a 01 62',
    ],
    ['kong.request.get_headers', [100], '08 64'],
  ])('of %s as bytes', (method, args, bytes) => {
    expect(encodePdkArgs(method, args).toString('hex')).toBe(hex(bytes));
    expect(decodePdkArgs(method, Buffer.from(hex(bytes), 'hex'))).toEqual(args);
  });

  it('of log calls are a list', () => {
    const bytes = encodePdkArgs('kong.log.err', [['went', 1, null]]);
    expect(decodePdkArgs('kong.log.err', bytes)).toEqual([['went', 1, null]]);
  });
});

describe('PDK results', () => {
  it.each<[PdkMethod, unknown]>([
    ['kong.client.get_forwarded_ip', '10.0.0.1'],
    [
      'kong.client.get_consumer',
      { id: 'c', username: 'u', custom_id: 'x', tags: ['a', 'b'], created_at: 1_700_000_000 },
    ],
    ['kong.client.get_credential', { id: 'k', consumer_id: 'c' }],
    ['kong.router.get_route', { id: 'r', name: 'n', paths: ['/a'], strip_path: true, service: { id: 's' } }],
    ['kong.router.get_service', { id: 's', name: 'n', port: 443, path: '/v1' }],
    ['kong.request.get_headers', { a: 'b', many: ['x', 'y'] }],
    ['kong.request.get_port', 8443],
    ['kong.request.get_http_version', 1.1],
    ['kong.ctx.shared.get', { nested: [1, { deep: true }] }],
    ['kong.request.get_raw_body', { content: Buffer.from('body') }],
  ])('of %s round-trip', (method, value) => {
    expect(decodePdkResult(method, encodePdkResult(method, value))).toEqual(value);
  });

  it('of nothing are an empty frame, and undefined', () => {
    expect(encodePdkResult('kong.client.get_consumer', null)).toHaveLength(0);
    expect(decodePdkResult('kong.client.get_consumer', Buffer.alloc(0))).toBeUndefined();
    expect(decodePdkResult('kong.request.get_header', Buffer.alloc(0))).toBeUndefined();
  });

  it('are known to be none for the methods that only write', () => {
    expect(onlyWrites('kong.service.set_target')).toBe(true);
    expect(onlyWrites('kong.client.get_consumer')).toBe(false);
  });

  it('with fields that a later Kong may add are read', () => {
    // Route { …, headers = 9, https_redirect_status_code = 10, … }: not in our table.
    const route = Buffer.from(hex('0a 01 72  4a 01 68  50 aa 03  a2 01 00'), 'hex');
    expect(decodePdkResult('kong.router.get_route', route)).toEqual({ id: 'r' });
  });

  it('of a wrong wire type are a ProtocolError', () => {
    expect(() => decodePdkResult('kong.client.get_consumer', Buffer.from('0801', 'hex'))).toThrow(
      ProtocolError,
    );
  });
});

describe('values', () => {
  it('round-trip as JSON does', () => {
    const json = fc.jsonValue({ maxDepth: 5 }).filter((value) => !JSON.stringify(value).includes('-0'));
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.stringify(decodeValue(encodeValue(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('named __proto__ are data like any other', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as unknown;
    const back = decodeValue(encodeValue(value)) as Record<string, unknown>;
    expect(Object.keys(back)).toEqual(['__proto__']);
    expect(back.polluted).toBeUndefined();
  });

  it('nested too deeply are refused, in lists and in structs', () => {
    let list: unknown = 1;
    let struct: unknown = 1;
    for (let i = 0; i < 200; i += 1) {
      list = [list];
      struct = { a: struct };
    }
    expect(() => decodeValue(encodeValue(list))).toThrow(ProtocolError);
    expect(() => decodeValue(encodeValue(struct))).toThrow(ProtocolError);
    expect(() => decodeList(encodeList([list]))).toThrow(ProtocolError);
  });

  it('never crash on garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
        for (const decode of [decodeValue, decodeList, decodeStruct]) {
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
});
